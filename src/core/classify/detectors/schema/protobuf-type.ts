import type { Detector, Hit } from "../../detector.js";
import type { ProtoSymbol } from "../../parsers/protobuf.js";
import { fullName, isProto, symbolsAfter, symbolsBefore } from "./protobuf-files.js";

export const protobufType: Detector = {
  id: "schema/protobuf-type",
  reads: "types and cardinalities of protobuf fields",
  reversibility: "irreversible",
  hazard: "high",
  why: "Bytes that are already stored or on their way are read as another type.",
  remedy: "Add a new field with a new number, write both, move readers over, and deprecate the old one.",
  source:
    "buf.build/docs/breaking/rules: FIELD_WIRE_COMPATIBLE_TYPE, FIELD_WIRE_COMPATIBLE_CARDINALITY, FIELD_SAME_ONEOF; protobuf.dev, Updating a message type",
  concerns: (file) => isProto(file) && file.status !== "added" && file.status !== "removed",
  detect: (file) => {
    const after = new Map(
      symbolsAfter(file)
        .filter((s) => s.kind === "field")
        .map((s) => [`${s.scope}\n${s.name}`, s]),
    );
    return symbolsBefore(file)
      .filter((s) => s.kind === "field")
      .flatMap((was) => {
        const is = after.get(`${was.scope}\n${was.name}`);
        return is && is.number === was.number ? judged(file.change.path, was, { is }) : [];
      });
  },
};

function judged(path: string, was: ProtoSymbol, { is }: { is: ProtoSymbol }): Hit[] {
  const hit = { path, line: is.line };
  if (was.type !== is.type) {
    const why = `${fullName(was)} was ${was.type} and is now ${is.type}`;
    return [
      sharesWire(was.type, is.type)
        ? {
            ...hit,
            reversibility: "recoverable",
            hazard: "medium",
            why: `${why}: the bytes are the same, values out of range and generated code are not.`,
          }
        : { ...hit, why: `${why}: stored bytes are read as another type.` },
    ];
  }
  if (was.label !== is.label) return [cardinality(hit, { was, is })];
  if (was.oneof !== is.oneof)
    return [
      {
        ...hit,
        reversibility: "recoverable",
        why: `${fullName(was)} ${is.oneof === "" ? "leaves" : "joins"} a oneof: setting one field now clears, or no longer clears, another.`,
      },
    ];
  if (
    was.options !== is.options &&
    /json_name|jstype|ctype|packed|default|lazy|features/.test(was.options + is.options)
  )
    return [
      {
        ...hit,
        reversibility: "recoverable",
        why: `${fullName(was)} changes ${is.options || "its options"}: JSON or generated code changes with it.`,
      },
    ];
  return [];
}

function cardinality(hit: { path: string; line: number }, { was, is }: { was: ProtoSymbol; is: ProtoSymbol }): Hit {
  const why = `${fullName(was)} goes from ${was.label || "single"} to ${is.label || "single"}`;
  if (was.label === "repeated" || is.label === "repeated")
    return { ...hit, why: `${why}: stored lists and single values are not read the same way.` };
  if (is.label === "required")
    return { ...hit, why: `${why}: old messages without it no longer parse, and it can never be dropped again.` };
  return { ...hit, reversibility: "recoverable", why: `${why}: whether it was set is known differently.` };
}

/** Types whose bytes are alike, from protobuf.dev, Updating a message type. */
const alike = [
  ["int32", "uint32", "int64", "uint64", "bool"],
  ["sint32", "sint64"],
  ["fixed32", "sfixed32"],
  ["fixed64", "sfixed64"],
  ["string", "bytes"],
];
const scalars = new Set([...alike.flat(), "double", "float"]);

function sharesWire(a: string, b: string): boolean {
  if (alike.some((group) => group.includes(a) && group.includes(b))) return true;
  // An enum is an int32 on the wire; a name that is no scalar may be one, or the same message by its longer name.
  return !scalars.has(a) && !scalars.has(b) && !a.startsWith("map<") && a.split(".").at(-1) === b.split(".").at(-1);
}
