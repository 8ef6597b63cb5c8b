import { describe, expect, test } from "@jest/globals";
import { parametersOf, type Parameter, type ParameterStyle } from "./parameters.js";

/** `?` may be left out, `*` takes the rest, `:` is given by name; the type behind a slash. */
function shown({ name, type, optional, rest, keyword }: Parameter): string {
  return `${rest ? "*" : ""}${name}${keyword ? ":" : ""}${optional ? "?" : ""}${type === "" ? "" : `/${type}`}`;
}

const rows: ReadonlyArray<readonly [ParameterStyle, string, readonly string[]]> = [
  ["typescript", "(a: string, b?: Map<string, number>, c = 1)", ["a/string", "b?/Map<string,number>", "c?"]],
  ["typescript", "({ a, b }: Props, ...rest: string[])", ["{ a, b }/Props", "*rest?/string[]"]],
  ["typescript", "(cb: (e: Error) => void = () => {}, private readonly o: O)", ["cb?/(e:Error)=>void", "o/O"]],
  ["typescript", "(this: Window, a)", ["a"]],
  ["typescript", "()", []],
  [
    "python",
    "(self, a: int, b: str = 'x, y', *args, k, o=None, **kw)",
    ["a/int", "b?/str", "*args?", "k:", "o:?", "*kw:?"],
  ],
  ["python", "(a, /, b, *, c)", ["a", "b", "c:"]],
  ["ruby", "(a, b = [1, 2], *r, k:, o: 1, **all, &blk)", ["a", "b?", "**r?", "k:", "o:?", "***all:?"]],
  ["go", "(ctx context.Context, a, b int, c ...string)", ["ctx/context.Context", "a/int", "b/int", "*c?/...string"]],
  ["go", "(string, error)", ["/string", "/error"]],
  ["go", "(f func(a int) error, m map[string]int)", ["f/func(aint)error", "m/map[string]int"]],
  ["rust", "(&mut self, a: &'a str, mut b: Vec<std::io::Error>)", ["a/&'astr", "b/Vec<std::io::Error>"]],
  ["java", "(final @Nullable Map<K, V> m, int... n)", ["m/Map<K,V>", "*n?/int..."]],
];

describe("parametersOf", () => {
  test.each(rows)("%s %s", (style, list, parameters) => {
    expect(parametersOf(list, style).map(shown)).toEqual(parameters);
  });

  test("a list that never closes costs no more than its length", () => {
    const started = performance.now();
    parametersOf(`(${"a: <(".repeat(50_000)}`, "typescript");
    parametersOf(`("${"'".repeat(20_000)}`, "python");
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});
