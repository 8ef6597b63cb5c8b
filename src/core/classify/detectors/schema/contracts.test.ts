import { describe, expect, test } from "@jest/globals";
import { testDoors, type DoorRow } from "../../../../../test/build/doors.js";
import { doorOf } from "../../../../../test/build/edits.js";
import { eventSchema } from "./event-schema.js";
import { graphqlBreaking } from "./graphql-breaking.js";
import { openapiRemoved } from "./openapi-removed.js";
import { openapiTightened } from "./openapi-tightened.js";

const api = `openapi: 3.0.1
info:
  title: Tufin
  version: "2.0"
servers:
- url: https://localhost:9080
paths:
  /api/v1.0/groups:
    get:
      operationId: listGroups
      parameters:
        - in: query
          name: category
          schema:
            type: string
            maxLength: 100
            enum:
              - a
              - b
        - in: header
          name: X-Tenant
          required: false
      responses:
        "200":
          description: OK
          content:
            application/json:
              schema:
                type: object
                required:
                  - id
                  - name
                properties:
                  id:
                    type: string
                  name:
                    type: string
    post:
      requestBody:
        content:
          application/json:
            schema:
              required:
                - name
              properties:
                name:
                  type: string
                size:
                  type: integer
      responses:
        "201":
          description: Created
  /api/v1.0/groups/{id}:
    delete:
      responses:
        "204":
          description: Gone
components:
  schemas:
    Group:
      type: object
      properties:
        id:
          type: string
        owner:
          type: string
`;
const without = (from: string, to: string) => api.slice(0, api.indexOf(from)) + api.slice(api.indexOf(to));
const edit = (from: string, to: string) => api.replace(from, to);
const sdl = `"""About users"""
type User {
  id: ID!
  name: String
  posts(first: Int, after: String): [Post!]!
}

enum Role {
  ADMIN
  GUEST
}

union Result = User | Post

input NewUser {
  name: String!
  age: Int
}

type Query {
  user(id: ID!): User
}
`;
const graphql = (from: string, to: string) => sdl.replace(from, to);
const avsc = (...fields: string[]) =>
  `{\n  "type": "record",\n  "name": "Order",\n  "fields": [\n${fields.map((f) => `    ${f}`).join(",\n")}\n  ]\n}\n`;
const id = '{"name": "id", "type": "string"}';
const note = '{"name": "note", "type": ["null", "string"], "default": null}';

const rows: readonly DoorRow[] = [
  [
    "a default goes",
    graphqlBreaking,
    "a.graphql",
    "type Q {\n  a(b: C = D): E\n}\n",
    "type Q {\n  a(b: C): E\n}\n",
    "recoverable",
  ],
  [
    "a default differs",
    graphqlBreaking,
    "a.graphql",
    'input I {\n  a: [C] = ["x", "y"]\n  b: C\n}\n',
    'input I {\n  a: [C] = ["x"]\n  b: C\n}\n',
    "recoverable",
  ],
  [
    "a default comes",
    graphqlBreaking,
    "a.graphql",
    "input I {\n  a: C\n}\n",
    "input I {\n  a: C = { d: 1 }\n}\n",
    "silent",
  ],
  [
    "an interface goes",
    graphqlBreaking,
    "a.graphql",
    "type A implements B & C {\n  a: D\n}\n",
    "type A implements B {\n  a: D\n}\n",
    "recoverable",
  ],
  [
    "a directive repeats no more",
    graphqlBreaking,
    "a.graphql",
    "directive @a(b: C) repeatable on FIELD | OBJECT\n",
    "directive @a(b: C) on FIELD | OBJECT\n",
    "recoverable",
  ],
  [
    "a directive's place goes",
    graphqlBreaking,
    "a.graphql",
    "directive @a on FIELD | OBJECT\n",
    "directive @a on FIELD\n",
    "recoverable",
  ],
  // 23, 25: as in oasdiff's examples
  [
    "a path is gone",
    openapiRemoved,
    "openapi.yaml",
    api,
    without("  /api/v1.0/groups/{id}:", "components:"),
    "recoverable",
  ],
  [
    "a path of a public interface",
    openapiRemoved,
    "api/public/openapi.yaml",
    api,
    without("  /api/v1.0/groups/{id}:", "components:"),
    "irreversible",
  ],
  [
    "an operation is gone",
    openapiRemoved,
    "openapi.yaml",
    api,
    without("    post:", "  /api/v1.0/groups/{id}:"),
    "recoverable",
  ],
  [
    "a response property",
    openapiRemoved,
    "openapi.yaml",
    api,
    edit("                  name:\n                    type: string\n    post", "    post"),
    "recoverable",
  ],
  ["a success status", openapiRemoved, "openapi.yaml", api, edit('"201"', '"202"'), "recoverable"],
  [
    "a response field is no longer promised",
    openapiRemoved,
    "openapi.yaml",
    api,
    edit("                  - name\n                properties", "                properties"),
    "recoverable",
  ],
  [
    "a shared property",
    openapiRemoved,
    "openapi.yaml",
    api,
    edit("        owner:\n          type: string\n", ""),
    "recoverable",
  ],
  ["the file", openapiRemoved, "openapi.yaml", api, null, "recoverable"],
  [
    "as JSON",
    openapiRemoved,
    "openapi.json",
    '{\n  "openapi": "3.0.0",\n  "paths": {\n    "/a": {},\n    "/b": {}\n  }\n}\n',
    '{\n  "openapi": "3.0.0",\n  "paths": {\n    "/a": {}\n  }\n}\n',
    "recoverable",
  ],
  ["a path parameter is renamed", openapiRemoved, "openapi.yaml", api, edit("{id}", "{groupId}"), "silent"],
  ["a path more", openapiRemoved, "openapi.yaml", without("  /api/v1.0/groups/{id}:", "components:"), api, "silent"],
  ["a description", openapiRemoved, "openapi.yaml", api, edit("description: OK", "description: Fine"), "silent"],
  ["a comment", openapiRemoved, "openapi.yaml", `# paths:\n#   /x:\n${api}`, api, "silent"],
  ["a file that is no description", openapiRemoved, "config.yaml", "a:\n  b: 1\n", "a: {}\n", "silent"],
  // 24, 26
  [
    "a request property became required",
    openapiTightened,
    "openapi.yaml",
    api,
    edit(
      "                - name\n              properties",
      "                - name\n                - size\n              properties",
    ),
    "recoverable",
  ],
  [
    "a parameter became required",
    openapiTightened,
    "openapi.yaml",
    api,
    edit("required: false", "required: true"),
    "recoverable",
  ],
  [
    "a new required parameter",
    openapiTightened,
    "openapi.yaml",
    api,
    edit(
      "        - in: header",
      "        - in: query\n          name: page\n          required: true\n        - in: header",
    ),
    "recoverable",
  ],
  [
    "a new optional parameter",
    openapiTightened,
    "openapi.yaml",
    api,
    edit("        - in: header", "        - in: query\n          name: page\n        - in: header"),
    "silent",
  ],
  [
    "maxLength decreased",
    openapiTightened,
    "openapi.yaml",
    api,
    edit("maxLength: 100", "maxLength: 50"),
    "recoverable",
  ],
  ["maxLength increased", openapiTightened, "openapi.yaml", api, edit("maxLength: 100", "maxLength: 200"), "silent"],
  [
    "a pattern added",
    openapiTightened,
    "openapi.yaml",
    api,
    edit("            maxLength: 100", "            maxLength: 100\n            pattern: ^x"),
    "recoverable",
  ],
  ["an enum value removed", openapiTightened, "openapi.yaml", api, edit("              - b\n", ""), "recoverable"],
  [
    "a response type of a public interface",
    openapiTightened,
    "public/openapi.yaml",
    api,
    edit(
      "                  id:\n                    type: string",
      "                  id:\n                    type: integer",
    ),
    "irreversible",
  ],
  [
    "a response type",
    openapiTightened,
    "openapi.yaml",
    api,
    edit(
      "                  id:\n                    type: string",
      "                  id:\n                    type: integer",
    ),
    "recoverable",
  ],
  ["a summary", openapiTightened, "openapi.yaml", api, edit("title: Tufin", "title: Other"), "silent"],
  // 27: as in GraphQL Inspector's rules
  ["a field is gone", graphqlBreaking, "schema.graphql", sdl, graphql("  name: String\n", ""), "recoverable"],
  [
    "a type is gone",
    graphqlBreaking,
    "schema.graphql",
    sdl,
    graphql("enum Role {\n  ADMIN\n  GUEST\n}\n\n", ""),
    "recoverable",
  ],
  ["an enum value is gone", graphqlBreaking, "schema.graphql", sdl, graphql("  GUEST\n", ""), "recoverable"],
  ["a union member is gone", graphqlBreaking, "schema.graphql", sdl, graphql(" | Post", ""), "recoverable"],
  ["an argument is gone", graphqlBreaking, "schema.graphql", sdl, graphql("first: Int, ", ""), "recoverable"],
  [
    "an argument is required",
    graphqlBreaking,
    "schema.graphql",
    sdl,
    graphql("first: Int", "first: Int!"),
    "recoverable",
  ],
  [
    "a required argument more",
    graphqlBreaking,
    "schema.graphql",
    sdl,
    graphql("first: Int", "by: Key!, first: Int"),
    "recoverable",
  ],
  [
    "an optional argument more",
    graphqlBreaking,
    "schema.graphql",
    sdl,
    graphql("first: Int", "by: Key, first: Int"),
    "silent",
  ],
  [
    "a required input field more",
    graphqlBreaking,
    "schema.graphql",
    sdl,
    graphql("  age: Int\n", "  age: Int\n  mail: String!\n"),
    "recoverable",
  ],
  [
    "a required input field with a default",
    graphqlBreaking,
    "schema.graphql",
    sdl,
    graphql("  age: Int\n", '  age: Int\n  mail: String! = "x"\n'),
    "silent",
  ],
  ["a field may be null", graphqlBreaking, "schema.graphql", sdl, graphql("id: ID!\n", "id: ID\n"), "recoverable"],
  [
    "a field is never null",
    graphqlBreaking,
    "schema.graphql",
    sdl,
    graphql("name: String\n", "name: String!\n"),
    "silent",
  ],
  [
    "an input field may be left out",
    graphqlBreaking,
    "schema.graphql",
    sdl,
    graphql("name: String!", "name: String"),
    "silent",
  ],
  [
    "deprecated",
    graphqlBreaking,
    "schema.graphql",
    sdl,
    graphql("name: String\n", 'name: String @deprecated(reason: "x")\n'),
    "silent",
  ],
  [
    "a description",
    graphqlBreaking,
    "schema.graphql",
    sdl,
    graphql('"""About users"""', '"""type X { y: Z }"""'),
    "silent",
  ],
  ["a comment", graphqlBreaking, "schema.graphql", `# type Old {}\n${sdl}`, sdl, "silent"],
  [
    "fields in another order",
    graphqlBreaking,
    "schema.graphql",
    sdl,
    graphql("  ADMIN\n  GUEST\n", "  GUEST\n  ADMIN\n"),
    "silent",
  ],
  [
    "a client's query",
    graphqlBreaking,
    "query.graphql",
    "query A {\n  user {\n    id\n    name\n  }\n}\n",
    "query A {\n  user {\n    id\n  }\n}\n",
    "silent",
  ],
  // 28: FULL compatibility
  [
    "Avro: a field without default",
    eventSchema,
    "order.avsc",
    avsc(id),
    avsc(id, '{"name": "qty", "type": "int"}'),
    "irreversible",
  ],
  ["Avro: a field with default", eventSchema, "order.avsc", avsc(id), avsc(id, note), "silent"],
  ["Avro: a field without default is gone", eventSchema, "order.avsc", avsc(id, note), avsc(note), "irreversible"],
  ["Avro: a field with default is gone", eventSchema, "order.avsc", avsc(id, note), avsc(id), "silent"],
  ["Avro: another type", eventSchema, "order.avsc", avsc(id), avsc('{"name": "id", "type": "long"}'), "irreversible"],
  [
    "Avro: documentation",
    eventSchema,
    "order.avsc",
    avsc(id),
    avsc('{"name": "id", "type": "string", "doc": "x"}'),
    "silent",
  ],
  [
    "event: a property is required",
    eventSchema,
    "events/order.schema.json",
    '{\n  "required": ["a"]\n}\n',
    '{\n  "required": ["a", "b"]\n}\n',
    "irreversible",
  ],
  [
    "event: a property is gone",
    eventSchema,
    "events/order.schema.json",
    '{\n  "properties": {\n    "a": {},\n    "b": {}\n  }\n}\n',
    '{\n  "properties": {\n    "a": {}\n  }\n}\n',
    "irreversible",
  ],
  [
    "event: an optional property more",
    eventSchema,
    "events/order.schema.json",
    '{\n  "properties": {\n    "a": {}\n  }\n}\n',
    '{\n  "properties": {\n    "a": {},\n    "b": {}\n  }\n}\n',
    "silent",
  ],
];

describe("contracts", () => {
  testDoors(rows);

  test("a GraphQL type moved to another file is still served", () => {
    const type = "type A {\n  b: C\n}\n";
    expect(
      doorOf(
        graphqlBreaking,
        { path: "a.graphql", before: type + sdl, after: sdl },
        { path: "b.graphql", after: type },
      ),
    ).toBe("silent");
  });
});
