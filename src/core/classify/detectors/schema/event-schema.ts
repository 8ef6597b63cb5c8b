import type { FileChange } from "../../../model/change.js";
import type { Detector, Hit, ReadFile } from "../../detector.js";
import { changedValues, missingKeys, openapiKeys } from "./openapi-keys.js";
import type { Key, Keys } from "./openapi-keys.js";
import { isTestPath } from "../../path-kinds.js";

export const eventSchema: Detector = {
  id: "schema/event-schema",
  reads: "Avro schemas, and JSON Schemas of events and messages",
  reversibility: "irreversible",
  hazard: "high",
  why: "Events that are already written, or consumers that are already deployed, no longer fit the schema.",
  remedy:
    "Add optional fields with defaults only; for anything else start a new topic or version and move consumers over.",
  source: "docs.confluent.io, Schema evolution and compatibility: FULL; Avro specification, schema resolution",
  concerns: (file) => isEventSchema(file) && file.status !== "added" && !isTestPath(file.path),
  detect: (file) => {
    if (file.change.status === "removed")
      return [
        { path: file.change.path, why: "The schema is gone: events written under it can no longer be read by it." },
      ];
    const { before, after } = openapiKeys(file);
    return isAvro(file.change) ? avro(file, { before, after }) : json(file, { before, after });
  },
};

function isAvro(file: FileChange): boolean {
  return /\.(avsc|avpr)$/.test(file.path);
}

function isEventSchema(file: FileChange): boolean {
  return (
    isAvro(file) ||
    (/\.(json|ya?ml)$/.test(file.path) &&
      /(^|[/._-])(events?|messages?|topics?|kafka|avro|asyncapi|payloads?)([/._-])/i.test(file.path) &&
      /schema|asyncapi|event|topic/i.test(file.path))
  );
}

interface Sides {
  readonly before: Keys;
  readonly after: Keys;
}

function avro(file: ReadFile, { before, after }: Sides): Hit[] {
  const field = (key: Key) => /^\[(?!=)/.test(key.keys.at(-1) ?? "") && key.keys.at(-1) !== "[?]";
  const named = (key: Key) => (key.keys.at(-1) ?? "").slice(1, -1);
  const hasDefault = (key: Key, side: Keys) => side.has([...key.keys, "default"].join("\n"));
  const at = (key: Key) => ({ path: file.change.path, line: key.line });
  return [
    ...missingKeys(before, after)
      .filter(field)
      .filter((k) => !hasDefault(k, before))
      .map((k) => ({
        ...at(k),
        why: `Field ${named(k)} had no default and is gone: consumers that expect it fail on new events.`,
      })),
    ...missingKeys(after, before)
      .filter(field)
      .filter((k) => !hasDefault(k, after))
      .map((k) => ({
        ...at(k),
        why: `Field ${named(k)} is new and has no default: events already written can't be read by the new schema.`,
      })),
    ...missingKeys(before, after)
      .filter((k) => /^\[=/.test(k.keys.at(-1) ?? "") && /^(symbols|type)$/.test(k.keys.at(-2) ?? ""))
      .map((k) => ({
        ...at(k),
        why: `${(k.keys.at(-1) ?? "").slice(2, -1)} is no longer allowed: events that hold it can't be read.`,
      })),
    ...missingKeys(before, after)
      .filter((k) => k.keys.at(-1) === "default")
      .map((k) => ({ ...at(k), why: "A default is gone: events without the field can no longer be read." })),
    ...changedValues(before, after)
      .filter(({ was }) => /^(type|items|values|size|name|namespace|logicalType)$/.test(was.keys.at(-1) ?? ""))
      .filter(({ was, is }) => !promotes(was.value ?? "", is.value ?? ""))
      .map(({ was, is }) => ({
        ...at(is),
        why: `${was.keys.at(-1) ?? ""} goes from ${was.value ?? ""} to ${is.value ?? ""}: events already written don't fit.`,
      })),
  ];
}

/** Never both ways: FULL compatibility allows no promotion, but strings and bytes are alike both ways. */
function promotes(from: string, to: string): boolean {
  return [from, to].sort().join() === "bytes,string";
}

function json(file: ReadFile, { before, after }: Sides): Hit[] {
  const at = (key: Key) => ({ path: file.change.path, line: key.line });
  const parent = (key: Key) => key.keys.at(-2) ?? "";
  const last = (key: Key) => key.keys.at(-1) ?? "";
  return [
    ...missingKeys(before, after)
      .filter((k) => parent(k) === "properties")
      .map((k) => ({ ...at(k), why: `Property ${last(k)} is gone: consumers that expect it fail on new events.` })),
    ...missingKeys(after, before)
      .filter((k) => parent(k) === "required")
      .map((k) => ({ ...at(k), why: `${last(k).slice(2, -1)} is required now: events already written may lack it.` })),
    ...missingKeys(before, after)
      .filter((k) => parent(k) === "required")
      .map((k) => ({ ...at(k), why: `${last(k).slice(2, -1)} may be missing now: consumers that rely on it fail.` })),
    ...missingKeys(before, after)
      .filter((k) => parent(k) === "enum")
      .map((k) => ({
        ...at(k),
        why: `${last(k).slice(2, -1)} is no longer allowed: events that hold it are invalid.`,
      })),
    ...missingKeys(before, after)
      .filter((k) => parent(k) === "channels" || last(k) === "publish" || last(k) === "subscribe")
      .map((k) => ({ ...at(k), why: `Channel ${last(k)} is gone.` })),
    ...changedValues(before, after)
      .filter(({ was }) => /^(type|format|const|pattern)$/.test(last(was)) && parent(was) !== "properties")
      .map(({ was, is }) => ({
        ...at(is),
        why: `${parent(was)}: ${last(was)} goes from ${was.value ?? ""} to ${is.value ?? ""}: events already written don't fit.`,
      })),
    ...changedValues(before, after)
      .filter(({ was, is }) => last(was) === "additionalProperties" && is.value === "false")
      .map(({ is }) => ({ ...at(is), why: "Unknown properties are refused now: events that hold one are invalid." })),
  ];
}
