// Takes the operations that the sandbox serves out of GitHub's OpenAPI description, with the schemas they need and
// without prose. Run after adding a route:
//   npm pack @octokit/openapi@23.0.2 && tar xzf octokit-openapi-*.tgz   (in a folder outside this one)
//   npm run build && node tools/extract-github-operations.mjs PATH/package/generated/api.github.com.json
import { readFileSync, writeFileSync } from "node:fs";
import { routes } from "../dist/src/sandbox/http/dispatch.js";

const [, , source] = process.argv;
if (source === undefined) {
  process.stderr.write("usage: node tools/extract-github-operations.mjs api.github.com.json\n");
  process.exit(2);
}
const spec = JSON.parse(readFileSync(source, "utf8"));
const schemas = {};
const wanted = [];

const prose = new Set([
  "description",
  "example",
  "examples",
  "title",
  "default",
  "deprecated",
  "externalDocs",
  "format",
  "nullable",
]);

const operations = {};
for (const { method, path } of routes) {
  const item = spec.paths[path];
  const operation = item?.[method.toLowerCase()];
  if (!operation) {
    process.stderr.write(`GitHub describes no ${method} ${path}\n`);
    continue;
  }
  const parameters = [...(item.parameters ?? []), ...(operation.parameters ?? [])].map(resolved);
  operations[`${method} ${path}`] = {
    query: parameters.filter((p) => p.in === "query").map((p) => p.name),
    body: schemaOf(operation.requestBody?.content),
    bodyRequired: operation.requestBody?.required === true,
    responses: Object.fromEntries(
      Object.entries(operation.responses).map(([status, r]) => [status, schemaOf(resolved(r).content)]),
    ),
  };
}
while (wanted.length > 0) {
  const name = wanted.pop();
  if (name in schemas) continue;
  schemas[name] = {};
  schemas[name] = slim(spec.components.schemas[name]);
}
const out = new URL("../test/contract/github-operations.json", import.meta.url);
writeFileSync(out, `${JSON.stringify({ version: spec.info.version, operations, schemas })}\n`);

function resolved(value) {
  if (value?.$ref === undefined) return value;
  const [, , room, name] = value.$ref.split("/");
  return spec.components[room][name];
}

function schemaOf(content) {
  const schema = content?.["application/json"]?.schema;
  return schema === undefined ? null : slim(schema);
}

/** Without prose; `nullable`, which JSON Schema doesn't know, becomes a union with null. */
function slim(schema) {
  if (Array.isArray(schema)) return schema.map(slim);
  if (typeof schema !== "object" || schema === null) return schema;
  if (typeof schema.$ref === "string") {
    const name = schema.$ref.split("/").at(-1);
    wanted.push(name);
    return { $ref: `#/schemas/${name}` };
  }
  const plain = {};
  for (const [key, value] of Object.entries(schema)) {
    if (prose.has(key) || key.startsWith("x-")) continue;
    plain[key] = key === "properties" ? mapOf(value) : key === "enum" || key === "required" ? value : slim(value);
  }
  // GitHub's description of the list of installations wants an account that is a user and an enterprise at once.
  if (
    plain.allOf?.length === 2 &&
    plain.allOf[0].required?.includes("login") &&
    plain.allOf[1].required?.includes("slug")
  ) {
    plain.anyOf = plain.allOf;
    delete plain.allOf;
  }
  if (schema.nullable !== true) return plain;
  return { anyOf: [plain, { type: "null" }] };
}

function mapOf(properties) {
  return Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, slim(value)]));
}
