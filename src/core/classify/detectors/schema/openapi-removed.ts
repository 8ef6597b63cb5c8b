import type { Detector, Hit, ReadFile } from "../../detector.js";
import { concernsOpenapi, directionOf, isOpenapi, missingKeys, openapiKeys } from "./openapi-keys.js";
import type { Key, Keys } from "./openapi-keys.js";
import { contractDoor } from "./openapi-publicity.js";

const methods = /^(get|put|post|delete|patch|head|options|trace)$/;

export const openapiRemoved: Detector = {
  id: "schema/openapi-removed",
  reads: "paths, operations, responses and response fields of OpenAPI descriptions",
  reversibility: "recoverable",
  hazard: "high",
  why: "Clients that use it fail.",
  remedy:
    "Mark it `deprecated` with a sunset date, watch its use fall to nothing, and remove it in the next major version.",
  source:
    "oasdiff BREAKING-CHANGES: api-path-removed-without-deprecation, api-removed-without-deprecation, response-required-property-removed, response-success-status-removed",
  concerns: concernsOpenapi,
  detect: (file) => {
    if (!isOpenapi(file)) return [];
    if (file.change.status === "removed")
      return [{ path: file.change.path, reversibility: contractDoor(file), why: "The whole description is gone." }];
    const { before, after } = openapiKeys(file);
    return missingKeys(before, after).flatMap((key) => judged(file, { key, before }));
  },
};

function judged(file: ReadFile, { key, before }: { key: Key; before: Keys }): Hit[] {
  const what = whatIsGone(key.keys) ?? whatIsGoneUnderUnknown(key.keys, before);
  return what === null
    ? []
    : [
        {
          path: file.change.path,
          line: key.line,
          reversibility: contractDoor(file),
          why: `${what} is gone: clients that use it fail.`,
        },
      ];
}

function whatIsGone(keys: readonly string[]): string | null {
  const last = keys.at(-1) ?? "";
  const parent = keys.at(-2) ?? "?";
  const direction = directionOf(keys);
  if (last.startsWith("/") && /^(paths|\?|webhooks)$/.test(parent)) return `Path ${last}`;
  if (methods.test(last) && (parent.startsWith("/") || /^(paths|\?)$/.test(parent)))
    return `Operation ${last.toUpperCase()} ${parent.startsWith("/") ? parent : "(path not shown)"}`;
  if (parent === "responses" && /^[23]\d\d$|^2XX$/i.test(last)) return `Response ${last}`;
  if (parent === "content" && last.includes("/")) return `Media type ${last}`;
  if (parent === "properties" && direction !== "request") return `Property ${last}`;
  if (parent === "required" && direction !== "request" && last.startsWith("[="))
    return `The promise that ${last.slice(2, -1)} is always there`;
  if (parent === "headers" && direction === "response") return `Header ${last}`;
  if (parent === "parameters" && last.startsWith("[") && last !== "[?]") return `Parameter ${last.slice(1, -1)}`;
  if (parent === "properties" && direction === "request") return `Request property ${last}`;
  if (/^(schemas|definitions|securitySchemes)$/.test(parent)) return `Schema ${last}`;
  return null;
}

const schemaWords = /^(items|schema|additionalProperties|not|if|then|else|properties|example|default)$/;

/** The hunk begins below `parameters:` or `properties:`; what the key holds tells which of them it was. */
function whatIsGoneUnderUnknown(keys: readonly string[], before: Keys): string | null {
  const last = keys.at(-1) ?? "";
  const parent = keys.at(-2) ?? "?";
  const holds = (name: string) => before.has([...keys, name].join("\n"));
  if (parent !== "?" || last === "[?]") return null;
  if (/^(?:application|audio|image|multipart|text|video|\*)\/\S+$/.test(last)) return `Media type ${last}`;
  if (last.startsWith("[")) return holds("in") ? `Parameter ${last.slice(1, -1)}` : null;
  return !schemaWords.test(last) && (holds("type") || holds("$ref")) ? `Property ${last}` : null;
}
