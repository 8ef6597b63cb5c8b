import { expect, test } from "@jest/globals";
import { settingsOf } from "./settings.js";

const rows: ReadonlyArray<readonly [string, readonly string[]]> = [
  ["a: 1", ["a=1"]],
  ['"a": true,', ["a=true"]],
  ["const a: boolean = false;", ["a=false"]],
  ["a = 7 days", ["a=7 days"]],
  ["log: { keep_days: 7, level: info }", ["log.keep_days=7", "log.level=info"]],
  ['{ "f": { "a": false, "b": "x y" }, "c": 1 }', ["f.a=false", "f.b=x y", "c=1"]],
  ["a := true", ["a=true"]],
  [":a => 'b'", ["a=b"]],
  ["if (a == b) { c(); }", []],
  ["x => y", ["x=y"]],
  ["", []],
];

test.each(rows)("%s", (line, settings) => {
  expect(settingsOf(line).map((s) => `${s.name}=${s.value}`)).toEqual(settings);
});
