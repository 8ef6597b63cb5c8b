import type { Detector, DetectorContext, Hit } from "../../detector.js";
import type { ProtoSymbol } from "../../parsers/protobuf.js";
import { fullName, goneScopes, isInside, isProto, isReserved, symbolsAfter, symbolsBefore } from "./protobuf-files.js";

const kinds = new Set(["message", "enum", "service", "rpc", "value", "oneof"]);

export const protobufSymbol: Detector = {
  id: "schema/protobuf-symbol",
  reads: "messages, enums, enum values, services and methods of protobuf files",
  reversibility: "recoverable",
  hazard: "high",
  why: "Whoever was built against it fails when it is called or decoded.",
  remedy:
    "Mark it `deprecated`, watch until nobody uses it, and remove it in a later release; reserve a removed enum value's number.",
  source:
    "buf.build/docs/breaking/rules: MESSAGE_NO_DELETE, ENUM_NO_DELETE, ENUM_VALUE_NO_DELETE, ENUM_VALUE_SAME_NAME, SERVICE_NO_DELETE, RPC_NO_DELETE, RPC_SAME_REQUEST_TYPE, RPC_SAME_CLIENT_STREAMING",
  concerns: (file) => isProto(file) && file.status !== "added",
  detect: (file, context) => {
    const after = symbolsAfter(file);
    const gone = goneScopes(file);
    return symbolsBefore(file)
      .filter((s) => s.changed && kinds.has(s.kind) && !isInside(s.scope, gone))
      .flatMap((s) => judged(file.change.path, s, { after, elsewhere: declaredAnywhere(context) }));
  },
};

function judged(
  path: string,
  was: ProtoSymbol,
  now: { after: readonly ProtoSymbol[]; elsewhere: ReadonlySet<string> },
): Hit[] {
  const is = now.after.find((s) => s.kind === was.kind && s.scope === was.scope && s.name === was.name);
  const hit = { path, line: is?.line ?? was.line };
  if (!is) {
    if (was.kind === "value") return [valueGone(hit, was, now.after)];
    if (now.elsewhere.has(`${was.kind} ${fullName(was)}`))
      return [
        {
          ...hit,
          hazard: "medium",
          why: `${fullName(was)} moves to another file: generated code must be imported from there.`,
        },
      ];
    return [{ ...hit, why: `${was.kind} ${fullName(was)} is gone: whoever was built against it fails.` }];
  }
  if (was.kind === "rpc" && is.type !== was.type)
    return [
      {
        ...hit,
        why: `${fullName(was)} goes from ${was.type} to ${is.type}: clients built before send or expect the other.`,
      },
    ];
  if (was.kind === "value" && is.number !== was.number)
    return [
      {
        ...hit,
        reversibility: "irreversible",
        why: `${fullName(was)} goes from ${was.number ?? 0} to ${is.number ?? 0}: stored numbers now mean something else.`,
      },
    ];
  return [];
}

function valueGone(hit: { path: string; line: number }, was: ProtoSymbol, after: readonly ProtoSymbol[]): Hit {
  const number = was.number ?? 0;
  const taken = after.find((s) => s.kind === "value" && s.scope === was.scope && s.number === number);
  if (taken)
    return {
      ...hit,
      line: taken.line,
      why: `${was.scope} ${number} was ${was.name} and is now ${taken.name}: stored numbers are shown under the new name.`,
    };
  const reserved = isReserved(after, was.scope, number) ? "" : " and its number is free to be taken";
  return { ...hit, why: `${fullName(was)} is gone${reserved}: stored ${number} has no name.` };
}

const memo = new WeakMap<DetectorContext, Set<string>>();

function declaredAnywhere(context: DetectorContext): Set<string> {
  const known = memo.get(context);
  if (known) return known;
  const made = new Set(
    context.files
      .filter((f) => isProto(f.change) && f.change.status !== "removed")
      .flatMap((f) =>
        symbolsAfter(f)
          .filter((s) => s.changed)
          .map((s) => `${s.kind} ${fullName(s)}`),
      ),
  );
  memo.set(context, made);
  return made;
}
