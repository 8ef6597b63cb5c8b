import type { Detector, Hit, ReadFile } from "../../detector.js";
import { changedValues, concernsOpenapi, directionOf, isOpenapi, missingKeys, openapiKeys } from "./openapi-keys.js";
import type { Key } from "./openapi-keys.js";
import { contractDoor } from "./openapi-publicity.js";

const limits =
  /^(maxLength|minLength|maximum|minimum|exclusiveMaximum|exclusiveMinimum|maxItems|minItems|maxProperties|minProperties|multipleOf|pattern|uniqueItems)$/;

export const openapiTightened: Detector = {
  id: "schema/openapi-tightened",
  reads: "requiredness, types, limits, patterns and enums of OpenAPI descriptions",
  reversibility: "recoverable",
  hazard: "medium",
  why: "Requests that were good are refused now.",
  remedy: "Warn first: accept the old form and log it, tell its senders, and refuse it when none is left.",
  source:
    "oasdiff BREAKING-CHANGES: request-parameter-became-required, request-property-became-required, request-property-max-length-decreased, request-property-enum-value-removed, response-property-type-changed",
  concerns: (file) => concernsOpenapi(file) && file.status !== "removed",
  detect: (file) => {
    if (!isOpenapi(file)) return [];
    const { before, after } = openapiKeys(file);
    return [
      ...missingKeys(after, before).flatMap((key) => added(file, key)),
      ...missingKeys(before, after).flatMap((key) => dropped(file, key)),
      ...changedValues(before, after).flatMap((pair) => changed(file, pair)),
    ];
  },
};

function added(file: ReadFile, key: Key): Hit[] {
  const last = key.keys.at(-1) ?? "";
  const parent = key.keys.at(-2) ?? "";
  const hit = { path: file.change.path, line: key.line };
  const direction = directionOf(key.keys);
  if (parent === "required" && direction !== "response")
    return [{ ...hit, why: `${last.slice(2, -1)} is required now: requests without it are refused.` }];
  if (last === "required" && direction !== "response" && key.value !== "false")
    return [{ ...hit, why: "Something is required now that wasn't: requests without it are refused." }];
  if (/^(parameters|paths|\?|)$/.test(parent) && last.startsWith("[") && requiredItem(file, key))
    return [{ ...hit, why: `Parameter ${last.slice(1, -1)} is new and required.` }];
  if (parent === "enum" && direction === "response")
    return [
      {
        ...hit,
        why: `The response may now say ${last.slice(2, -1)}: clients that know all values don't know this one.`,
      },
    ];
  if (limits.test(last) && direction !== "response") return [{ ...hit, why: `${last} now limits what is accepted.` }];
  if (last === "security" && direction !== "response")
    return [{ ...hit, why: "Calls need credentials now that needed none, or others." }];
  return [];
}

/** Whether the added parameter carries `required: true`. */
function requiredItem(file: ReadFile, key: Key): boolean {
  const { after } = openapiKeys(file);
  const part = (name: string) => after.get([...key.keys, name].join("\n"))?.value;
  return part("required") === "true" && part("in") !== undefined;
}

function dropped(file: ReadFile, key: Key): Hit[] {
  const last = key.keys.at(-1) ?? "";
  const parent = key.keys.at(-2) ?? "";
  const hit = { path: file.change.path, line: key.line };
  if (parent === "enum" && directionOf(key.keys) !== "response")
    return [{ ...hit, why: `${last.slice(2, -1)} is no longer accepted.` }];
  if (/^(oneOf|anyOf)$/.test(parent)) return [{ ...hit, why: "One of the accepted or returned forms is gone." }];
  if (last === "nullable" && key.value === "true" && directionOf(key.keys) !== "response")
    return [{ ...hit, why: "Null is no longer accepted." }];
  return [];
}

function changed(file: ReadFile, { was, is }: { was: Key; is: Key }): Hit[] {
  const last = was.keys.at(-1) ?? "";
  const owner = was.keys.at(-2) === "schema" ? (was.keys.at(-3) ?? "") : (was.keys.at(-2) ?? "");
  const direction = directionOf(was.keys);
  const hit = { path: file.change.path, line: is.line };
  const step = `goes from ${was.value ?? ""} to ${is.value ?? ""}`;
  // Under `properties`, type and format are names that someone chose.
  if (owner === "properties") return [];
  if (last === "type" || last === "format" || last === "$ref")
    return [
      {
        ...hit,
        ...(direction !== "request" &&
          last !== "$ref" && { reversibility: contractDoor(file), hazard: "high" as const }),
        why: `${owner}: ${last} ${step}; what is sent or stored as the old one doesn't fit.`,
      },
    ];
  if (last === "required" && is.value === "true" && direction !== "response")
    return [{ ...hit, why: "It is required now: requests without it are refused." }];
  if (last === "nullable" && is.value === "false" && direction !== "response")
    return [{ ...hit, why: "Null is no longer accepted." }];
  if (last === "additionalProperties" && is.value === "false" && direction !== "response")
    return [{ ...hit, why: "Unknown properties are refused now." }];
  if (limits.test(last) && tightens(last, was.value ?? "", { to: is.value ?? "", direction }))
    return [{ ...hit, why: `${owner}: ${last} ${step}.` }];
  return [];
}

function tightens(limit: string, from: string, { to, direction }: { to: string; direction: string }): boolean {
  if (limit === "pattern" || limit === "multipleOf") return true;
  const narrower = /^(max|exclusiveMax)/.test(limit) ? Number(to) < Number(from) : Number(to) > Number(from);
  return direction === "response" ? !narrower : narrower;
}
