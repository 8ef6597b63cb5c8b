import { describe, expect, test } from "@jest/globals";
import { doorOf, findingsOf } from "../../../../../test/build/edits.js";
import { publicSignature } from "./public-signature.js";

type Row = readonly [name: string, path: string, before: string, after: string, door: "recoverable" | "silent"];

const ts = "packages/a/src/index.ts";
const py = "src/a/client.py";
const go = "client/client.go";
const rs = "crates/a/src/lib.rs";
const java = "src/main/java/com/example/A.java";
const rb = "lib/a.rb";
const klass = (body: string) => `export class A {\n${body}\n}\n`;

const rows: readonly Row[] = [
  ["a parameter goes", ts, "export function f(a: A, b?: B) {}\n", "export function f(a: A) {}\n", "recoverable"],
  ["a parameter comes", ts, "export function f(a: A) {}\n", "export function f(a: A, b: B) {}\n", "recoverable"],
  ["an optional one comes", ts, "export function f(a: A) {}\n", "export function f(a: A, b?: B, c = 1) {}\n", "silent"],
  ["it must be given", ts, "export const f = (a?: A) => 1;\n", "export const f = (a: A) => 1;\n", "recoverable"],
  ["a type narrows", ts, "export function f(a: A | B) {}\n", "export function f(a: A) {}\n", "recoverable"],
  ["a type widens", ts, "export function f(a: A) {}\n", "export function f(a: A | B) {}\n", "silent"],
  ["a result", ts, "export function f(): A {}\n", "export function f(): Promise<A> {}\n", "recoverable"],
  ["a result narrows", ts, "export function f(): A | B {}\n", "export function f(): A {}\n", "silent"],
  ["a name alone", ts, "export function f(a: A) {}\n", "export function f(b: A) {}\n", "silent"],
  ["lines alone", ts, "export function f(a: A, b: B) {}\n", "export function f(\n  a: A,\n  b: B,\n) {}\n", "silent"],
  ["no export", ts, "function f(a: A) {}\n", "function f() {}\n", "silent"],
  ["a method goes", ts, klass("  f() {}\n  g() {}"), klass("  g() {}"), "recoverable"],
  [
    "a private method",
    ts,
    klass("  private f(a: A) {}\n  #g(a: A) {}"),
    klass("  private f() {}\n  #g() {}"),
    "silent",
  ],
  ["a field", ts, "export interface O {\n  a?: A;\n  b: B;\n}\n", "export interface O {\n  b: B;\n}\n", "recoverable"],
  ["a program", "src/server/index.ts", "export function f(a: A) {}\n", "export function f() {}\n", "silent"],
  ["a body", py, "def f(a):\n    return a\n", "def f(a):\n    return a + 1\n", "silent"],
  ["renamed", py, "def f(key):\n    pass\n", "def f(name):\n    pass\n", "recoverable"],
  ["a default goes", py, "def f(a, b=1):\n    pass\n", "def f(a, b):\n    pass\n", "recoverable"],
  ["a keyword comes", py, "def f(a):\n    pass\n", "def f(a, *, b=1, **k):\n    pass\n", "silent"],
  [
    "a method of a class",
    py,
    "class A:\n    def f(self, a):\n        pass\n",
    "class A:\n    def f(self):\n        pass\n",
    "recoverable",
  ],
  [
    "a private one",
    py,
    "class A:\n    def _f(self, a):\n        pass\n",
    "class A:\n    def _f(self):\n        pass\n",
    "silent",
  ],
  ["a result", go, "func F(a int) int {\n}\n", "func F(a int) (int, error) {\n}\n", "recoverable"],
  ["a name", go, "func F(a int) int {\n}\n", "func F(b int) int {\n}\n", "silent"],
  [
    "an interface asks for more",
    go,
    "type S interface {\n\tGet() int\n}\n",
    "type S interface {\n\tGet() int\n\tPut(a int)\n}\n",
    "recoverable",
  ],
  ["a field", go, "type S struct {\n\tA int\n\tb int\n}\n", "type S struct {\n\tb int\n}\n", "recoverable"],
  ["a hidden field", go, "type S struct {\n\tA int\n\tb int\n}\n", "type S struct {\n\tA int\n}\n", "silent"],
  ["a parameter", rs, "pub fn f(a: u8) {}\n", "pub fn f(a: u8, b: u8) {}\n", "recoverable"],
  ["a crate's own", rs, "pub(crate) fn f(a: u8) {}\n", "pub(crate) fn f() {}\n", "silent"],
  ["a variant", rs, "pub enum E {\n    A,\n    B,\n}\n", "pub enum E {\n    A,\n}\n", "recoverable"],
  ["a field hidden", rs, "pub struct S {\n    pub a: u8,\n}\n", "pub struct S {\n    a: u8,\n}\n", "recoverable"],
  [
    "a method",
    java,
    "public class A {\n  public int f(int a) { }\n}\n",
    "public class A {\n  public int f() { }\n}\n",
    "recoverable",
  ],
  [
    "an overload comes",
    java,
    "public class A {\n  public int f(int a) { }\n}\n",
    "public class A {\n  public int f(int a) { }\n  public int f() { }\n}\n",
    "silent",
  ],
  [
    "a default goes",
    rb,
    "class A\n  def f(a, b = 1)\n  end\nend\n",
    "class A\n  def f(a, b)\n  end\nend\n",
    "recoverable",
  ],
  [
    "below private",
    rb,
    "class A\n  private\n\n  def f(a)\n  end\nend\n",
    "class A\n  private\n\n  def f\n  end\nend\n",
    "silent",
  ],
];

describe("public signatures", () => {
  test.each(rows)("%s in %s", (_name, path, before, after, door) => {
    expect(doorOf(publicSignature, { path, before, after })).toBe(door);
  });

  test("a hunk that begins in one body and ends in another", () => {
    const text = klass(
      `  f(a: A): B {\n${"    go();\n".repeat(9)}    return a;\n  }\n\n  g(a: A): B {\n${"    go();\n".repeat(9)}    return a;\n  }`,
    );
    const [found] = findingsOf(publicSignature, [
      { path: ts, before: text, after: text.replace("g(a: A)", "g(a: A, b: B)") },
    ]);
    expect(found).toMatchObject({ line: 15, why: "A.g needs b now." });
  });

  test("who called it is changed with it, so nobody outside did", () => {
    const edits = [
      { path: "packages/a/src/f.ts", before: "export function doIt(a: A) {}\n", after: "export function doIt() {}\n" },
      { path: "packages/a/src/g.ts", before: "doIt(1);\n", after: "doIt();\n" },
    ];
    expect(doorOf(publicSignature, ...edits)).toBe("silent");
  });
});
