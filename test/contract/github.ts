import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv, type ValidateFunction } from "ajv";

/** GitHub's own description of the operations that the sandbox serves; made by `tools/extract-github-operations.mjs`. */
interface Described {
  readonly operations: Readonly<Record<string, Operation>>;
  readonly schemas: Readonly<Record<string, unknown>>;
}

interface Operation {
  readonly query: readonly string[];
  readonly body: object | null;
  readonly bodyRequired: boolean;
  /** Null: GitHub answers this status without JSON. */
  readonly responses: Readonly<Record<string, object | null>>;
}

const file = join(import.meta.dirname, "../../../test/contract/github-operations.json");
const described = JSON.parse(readFileSync(file, "utf8")) as Described;

export const operations = described.operations;

const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
ajv.addSchema({ $id: "github", schemas: described.schemas });
const known = new Map<string, ValidateFunction>();

function validator(key: string, schema: object): ValidateFunction {
  const found = known.get(key);
  if (found) return found;
  const text = JSON.stringify(schema).replaceAll('"#/schemas/', '"github#/schemas/');
  const made = ajv.compile(JSON.parse(text) as object);
  known.set(key, made);
  return made;
}

/** What is wrong with a request, as GitHub describes it; empty when it is right. */
export function wrongInRequest(operation: string, of: { query: readonly string[]; body: unknown }): string[] {
  const its = operations[operation];
  if (!its) return [`GitHub describes no ${operation}`];
  const unknown = of.query.filter((name) => !its.query.includes(name)).map((name) => `unknown query ${name}`);
  if (its.body === null) return unknown;
  if (of.body === undefined) return its.bodyRequired ? [...unknown, "no body"] : unknown;
  return [...unknown, ...wrong(validator(`${operation} request`, its.body), of.body)];
}

/** What is wrong with an answer; a status that GitHub doesn't describe for the operation is wrong too. */
export function wrongInResponse(operation: string, of: { status: number; body: unknown }): string[] {
  const its = operations[operation];
  if (!its) return [`GitHub describes no ${operation}`];
  const schema = its.responses[String(of.status)];
  if (schema === undefined)
    return [`GitHub describes no ${of.status}; it has ${Object.keys(its.responses).join(", ")}`];
  // GitHub describes some errors without their body, and sends the usual one.
  if (schema === null) return of.status >= 400 || isEmpty(of.body) ? [] : ["a body where none is"];
  return wrong(validator(`${operation} ${of.status}`, schema), of.body);
}

function wrong(validate: ValidateFunction, value: unknown): string[] {
  if (validate(value)) return [];
  return (validate.errors ?? []).map((e) => `${e.instancePath || "/"} ${e.message ?? ""} ${JSON.stringify(e.params)}`);
}

function isEmpty(value: unknown): boolean {
  return value === null || (typeof value === "object" && Object.keys(value).length === 0);
}
