import { describe, expect, test } from "@jest/globals";
import { doorOf } from "../../../../../test/build/edits.js";
import type { Detector } from "../../detector.js";
import { protobufField } from "./protobuf-field.js";
import { protobufSource } from "./protobuf-source.js";
import { protobufSymbol } from "./protobuf-symbol.js";
import { protobufType } from "./protobuf-type.js";

const message = (...fields: string[]) =>
  `syntax = "proto3";\npackage a.v1;\nmessage User {\n${fields.map((f) => `  ${f}\n`).join("")}}\n`;
const many = Array.from({ length: 12 }, (_, i) => `string f${i} = ${i + 1};`);
const values = (...v: string[]) => `enum Color {\n${v.map((x) => `  ${x}\n`).join("")}}\n`;
const service = (rpc: string) => `service S {\n  ${rpc}\n}\n`;

type Row = readonly [name: string, detector: Detector, before: string | null, after: string | null, door: string];

const rows: readonly Row[] = [
  // FIELD_NO_DELETE and its kin
  [
    "a field is gone",
    protobufField,
    message("string a = 1;", "string b = 2;"),
    message("string a = 1;"),
    "irreversible",
  ],
  [
    "gone and reserved",
    protobufField,
    message("string a = 1;", "string b = 2;"),
    message("reserved 2;", 'reserved "b";', "string a = 1;"),
    "recoverable",
  ],
  [
    "gone and reserved in a range",
    protobufField,
    message("string a = 1;", "string b = 7;"),
    message("reserved 5 to 9;", "string a = 1;"),
    "recoverable",
  ],
  ["its number is reused", protobufField, message("string a = 1;"), message("int32 b = 1;"), "irreversible"],
  ["renumbered", protobufField, message("string a = 1;"), message("string a = 2;"), "irreversible"],
  ["renamed on the same number", protobufField, message("string a = 1;"), message("string b = 1;"), "recoverable"],
  [
    "a reserved number is taken",
    protobufField,
    message("reserved 2;", "string a = 1;"),
    message("string a = 1;", "string b = 2;"),
    "irreversible",
  ],
  [
    "a reservation is dropped",
    protobufField,
    message("reserved 2, 3;", "string a = 1;"),
    message("reserved 2;", "string a = 1;"),
    "recoverable",
  ],
  ["a field more", protobufField, message("string a = 1;"), message("string a = 1;", "string b = 2;"), "silent"],
  [
    "in the middle of a long message",
    protobufField,
    message(...many),
    message(...many.filter((_, i) => i !== 6)),
    "irreversible",
  ],
  [
    "commented out is gone",
    protobufField,
    message("string a = 1;", "string b = 2;"),
    message("string a = 1;", "// string b = 2;"),
    "irreversible",
  ],
  [
    "only a comment is gone",
    protobufField,
    message("string a = 1;", "// string b = 2;"),
    message("string a = 1;"),
    "silent",
  ],
  ["reformatted", protobufField, message("string a = 1;"), message("string  a  =  1 ; // x"), "silent"],
  [
    "moved inside the message",
    protobufField,
    message("string a = 1;", "string b = 2;"),
    message("string b = 2;", "string a = 1;"),
    "silent",
  ],
  [
    "gone with its message",
    protobufField,
    message("string a = 1;") + "message Other {\n  string x = 1;\n}\n",
    message("string a = 1;"),
    "silent",
  ],
  [
    "a field of a oneof",
    protobufField,
    message("oneof k {", "string a = 1;", "string b = 2;", "}"),
    message("oneof k {", "string a = 1;", "}"),
    "irreversible",
  ],
  // FIELD_WIRE_COMPATIBLE_TYPE
  ["string to int32", protobufType, message("string a = 1;"), message("int32 a = 1;"), "irreversible"],
  ["int64 to sint64", protobufType, message("int64 a = 1;"), message("sint64 a = 1;"), "irreversible"],
  ["int32 to int64", protobufType, message("int32 a = 1;"), message("int64 a = 1;"), "recoverable"],
  ["string to bytes", protobufType, message("string a = 1;"), message("bytes a = 1;"), "recoverable"],
  ["a message to another", protobufType, message("Foo a = 1;"), message("Bar a = 1;"), "irreversible"],
  [
    "a map's value",
    protobufType,
    message("map<string, int32> a = 1;"),
    message("map<string, string> a = 1;"),
    "irreversible",
  ],
  ["single to repeated", protobufType, message("string a = 1;"), message("repeated string a = 1;"), "irreversible"],
  [
    "optional to required",
    protobufType,
    message("optional string a = 1;"),
    message("required string a = 1;"),
    "irreversible",
  ],
  ["plain to optional", protobufType, message("string a = 1;"), message("optional string a = 1;"), "recoverable"],
  ["json_name", protobufType, message("string a = 1;"), message('string a = 1 [json_name = "b"];'), "recoverable"],
  ["into a oneof", protobufType, message("string a = 1;"), message("oneof k {", "string a = 1;", "}"), "recoverable"],
  ["deprecated", protobufType, message("string a = 1;"), message("string a = 1 [deprecated = true];"), "silent"],
  // …_NO_DELETE
  [
    "a message is gone",
    protobufSymbol,
    message("string a = 1;") + "message Other {\n  string x = 1;\n}\n",
    message("string a = 1;"),
    "recoverable",
  ],
  ["an enum value is gone", protobufSymbol, values("RED = 0;", "BLUE = 1;"), values("RED = 0;"), "recoverable"],
  [
    "an enum value is renamed",
    protobufSymbol,
    values("RED = 0;", "BLUE = 1;"),
    values("RED = 0;", "NAVY = 1;"),
    "recoverable",
  ],
  [
    "an enum value is renumbered",
    protobufSymbol,
    values("RED = 0;", "BLUE = 1;"),
    values("RED = 0;", "BLUE = 2;"),
    "irreversible",
  ],
  [
    "a method is gone",
    protobufSymbol,
    "service S {\n  rpc A (R) returns (R);\n  rpc B (R) returns (R);\n}\n",
    service("rpc A (R) returns (R);"),
    "recoverable",
  ],
  [
    "a method's request",
    protobufSymbol,
    service("rpc A (R) returns (R);"),
    service("rpc A (Q) returns (R);"),
    "recoverable",
  ],
  [
    "streaming",
    protobufSymbol,
    service("rpc A (R) returns (R);"),
    service("rpc A (R) returns (stream R) {}"),
    "recoverable",
  ],
  ["a value more", protobufSymbol, values("RED = 0;"), values("RED = 0;", "BLUE = 1;"), "silent"],
  [
    "options of a method",
    protobufSymbol,
    service("rpc A (R) returns (R);"),
    service('rpc A (R) returns (R) {\n    option (google.api.http) = { get: "/v1/a" };\n  }'),
    "silent",
  ],
  // FILE_…
  [
    "the package",
    protobufSource,
    message("string a = 1;"),
    message("string a = 1;").replace("a.v1", "a.v2"),
    "recoverable",
  ],
  ["go_package", protobufSource, 'option go_package = "a";\n', 'option go_package = "b";\n', "recoverable"],
  ["the file", protobufSource, message("string a = 1;"), null, "recoverable"],
  ["a comment", protobufSource, '// a\nsyntax = "proto3";\n', '// b\nsyntax = "proto3";\n', "silent"],
];

describe("protobuf", () => {
  test.each(rows.map(([name, detector, before, after, door]) => ({ name, detector, before, after, door })))(
    "$detector.id: $name",
    ({ detector, before, after, door }) => {
      expect(
        doorOf(detector, { path: "api/a.proto", ...(before !== null && { before }), ...(after !== null && { after }) }),
      ).toBe(door);
    },
  );
});
