import type { Detector, Hit, ReadFile } from "../../detector.js";
import type { ProtoSymbol } from "../../parsers/protobuf.js";
import { fullName, goneScopes, isInside, isProto, isReserved, symbolsAfter, symbolsBefore } from "./protobuf-files.js";

export const protobufField: Detector = {
  id: "schema/protobuf-field",
  reads: "field numbers of protobuf messages",
  reversibility: "irreversible",
  hazard: "high",
  why: "Messages written under this number are read as something else, or not at all.",
  remedy: "Keep the field and mark it `deprecated`, or reserve its number and name so that neither is used again.",
  source:
    "buf.build/docs/breaking/rules: FIELD_NO_DELETE, FIELD_NO_DELETE_UNLESS_NUMBER_RESERVED, FIELD_SAME_NAME, RESERVED_MESSAGE_NO_DELETE",
  concerns: isProto,
  detect: (file) => {
    if (file.change.status === "added") return [];
    const before = symbolsBefore(file);
    const after = symbolsAfter(file);
    const gone = goneScopes(file);
    return [
      ...before
        .filter((s) => s.kind === "field" && s.changed && !isInside(s.scope, gone))
        .flatMap((s) => missing(file, { was: s, after })),
      ...reused(file, { before, after }),
      ...unreserved(file, { before, after, gone }),
    ];
  },
};

function missing(file: ReadFile, { was, after }: { was: ProtoSymbol; after: readonly ProtoSymbol[] }): Hit[] {
  const fields = after.filter((s) => s.kind === "field" && s.scope === was.scope);
  const sameName = fields.find((s) => s.name === was.name);
  const sameNumber = fields.find((s) => s.number === was.number);
  const hit = { path: file.change.path, line: (sameName ?? sameNumber)?.line ?? was.line };
  const number = was.number ?? 0;
  if (sameName && sameName.number !== was.number)
    return [
      {
        ...hit,
        why: `${fullName(was)} moves from number ${number} to ${sameName.number ?? 0}: what was written under ${number} is lost to it.`,
      },
    ];
  if (sameName) return [];
  if (sameNumber) {
    if (sameNumber.type !== was.type)
      return [
        {
          ...hit,
          why: `Number ${number} of ${was.scope} was ${was.name} and is now ${sameNumber.name}: old messages are read as the wrong field.`,
        },
      ];
    return [
      {
        ...hit,
        reversibility: "recoverable",
        hazard: "medium",
        why: `${fullName(was)} is renamed to ${sameNumber.name}: the wire is the same, JSON and generated code are not.`,
        remedy:
          "Keep the name, or set `json_name` to the old one and change the code that uses it in the same release.",
      },
    ];
  }
  if (isReserved(after, was.scope, number))
    return [
      {
        ...hit,
        reversibility: "recoverable",
        hazard: "medium",
        why: `${fullName(was)} is gone and its number reserved: what still sends it is not heard.`,
      },
    ];
  return [
    {
      ...hit,
      why: `${fullName(was)} is gone and number ${number} is free: the next field that takes it reads old messages wrongly.`,
    },
  ];
}

/** A new field on a number that was reserved. */
function reused(
  file: ReadFile,
  { before, after }: { before: readonly ProtoSymbol[]; after: readonly ProtoSymbol[] },
): Hit[] {
  return after
    .filter((s) => s.kind === "field" && s.changed && s.number !== null && isReserved(before, s.scope, s.number))
    .map((s) => ({
      path: file.change.path,
      line: s.line,
      why: `${fullName(s)} takes number ${s.number ?? 0}, which was reserved because old messages use it.`,
    }));
}

function unreserved(
  file: ReadFile,
  { before, after, gone }: { before: readonly ProtoSymbol[]; after: readonly ProtoSymbol[]; gone: ReadonlySet<string> },
): Hit[] {
  const numbers = (s: ProtoSymbol) => s.type.split(",").map((part) => part.trim());
  return before
    .filter((s) => s.kind === "reserved" && s.changed && !isInside(s.scope, gone))
    .filter((s) => {
      const now = after.filter((a) => a.kind === "reserved" && a.scope === s.scope);
      const kept = new Set(now.flatMap(numbers));
      return numbers(s).some((n) => !kept.has(n) && !(/^\d+$/.test(n) && isReserved(after, s.scope, Number(n))));
    })
    .map((s) => ({
      path: file.change.path,
      line: s.line,
      reversibility: "recoverable",
      why: `A reserved number or name of ${s.scope} is free again: a new field may take it.`,
    }));
}
