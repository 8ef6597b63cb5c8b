import type { Detector, DetectorContext, Hit } from "../../detector.js";
import { sidesOf } from "../../sides.js";
import { isTestPath } from "../../path-kinds.js";
import type { FileChange } from "../../../model/change.js";
import { graphqlMembers } from "./graphql-schema.js";
import type { GraphqlMember } from "./graphql-schema.js";

export const graphqlBreaking: Detector = {
  id: "schema/graphql-breaking",
  reads: "types, fields, arguments and enum values of GraphQL schemas",
  reversibility: "recoverable",
  hazard: "high",
  why: "Queries that use it fail.",
  remedy: "Mark it `@deprecated` with a reason, watch field usage until nobody asks for it, and remove it then.",
  source:
    "GraphQL Inspector, rules: FIELD_REMOVED, TYPE_REMOVED, ENUM_VALUE_REMOVED, REQUIRED_INPUT_FIELD_ADDED; graphql-js findBreakingChanges",
  concerns: isSchema,
  detect: (file, context) => {
    const before = sidesOf(file).before.flatMap((f) => graphqlMembers(f));
    const after = new Map(
      sidesOf(file)
        .after.flatMap((f) => graphqlMembers(f))
        .map((m) => [m.name, m]),
    );
    const gone = new Set(before.filter((m) => m.changed && !after.has(m.name)).map((m) => m.name));
    const elsewhere = declaredAnywhere(context);
    const known = new Map(before.map((m) => [m.name, m]));
    return [
      ...before
        .filter((m) => m.changed && !gone.has(ownerOf(m.name)) && !elsewhere.has(m.name))
        .flatMap((m) => judged(file.change.path, m, { is: after.get(m.name) })),
      ...[...after.values()]
        .filter((m) => m.changed && !known.has(m.name) && demanded(m, known))
        .map((m) => ({
          path: file.change.path,
          line: m.line,
          why: `${m.name} is new and must be given: calls without it fail.`,
        })),
    ];
  },
};

function isSchema(file: FileChange): boolean {
  return /\.(graphqls?|gql|sdl)$/.test(file.path) && file.status !== "added" && !isTestPath(file.path);
}

function judged(path: string, was: GraphqlMember, { is }: { is: GraphqlMember | undefined }): Hit[] {
  if (!is) return [{ path, line: was.line, why: `${was.name} is gone: queries that use it fail.` }];
  if (was.type === is.type || was.type === "")
    return was.fallback === null || was.fallback === is.fallback
      ? []
      : [{ path, line: is.line, why: withoutDefault(was, is) }];
  const safe = was.sent ? is.type === was.type.replace(/!$/, "") : is.type === `${was.type}!`;
  return safe
    ? []
    : [
        {
          path,
          line: is.line,
          why: `${was.name} goes from ${was.type} to ${is.type}: what clients send or expect no longer fits.`,
        },
      ];
}

/** Clients that left it out relied on the default. */
function withoutDefault(was: GraphqlMember, is: GraphqlMember): string {
  if (is.fallback !== null)
    return `${was.name} is ${is.fallback} now when it isn't given, not ${was.fallback ?? ""}: the same calls mean something else.`;
  return is.type.endsWith("!")
    ? `${was.name} must be given now.`
    : `${was.name} has no default any more: calls without it mean something else.`;
}

/** A required argument or input field without a default, on something that was there before. */
function demanded(member: GraphqlMember, known: ReadonlyMap<string, GraphqlMember>): boolean {
  const owner = ownerOf(member.name);
  return member.sent && member.type.endsWith("!") && member.fallback === null && (known.has(owner) || owner === "?");
}

function ownerOf(name: string): string {
  if (name.includes("(")) return name.slice(0, name.indexOf("("));
  const parts = name.split(/\.| \| | implements /);
  return parts.length > 1 ? (parts[0] ?? "") : "";
}

const memo = new WeakMap<DetectorContext, Set<string>>();

/** What the change declares anew in any schema file: a type moved to another file is still served. */
function declaredAnywhere(context: DetectorContext): Set<string> {
  const known = memo.get(context);
  if (known) return known;
  const files = context.files.filter(
    (f) => /\.(graphqls?|gql|sdl)$/.test(f.change.path) && f.change.status === "added",
  );
  const made = new Set(files.flatMap((f) => sidesOf(f).after.flatMap((s) => graphqlMembers(s).map((m) => m.name))));
  memo.set(context, made);
  return made;
}
