import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Truth } from "../model/verdict.js";
import { allOf, anyOf, notOf } from "./truth.js";

const T = "true";
const F = "false";
const N = "not-applicable";
const U = "unknown";
const all: readonly Truth[] = [T, F, N, U];

describe("four-valued logic", () => {
  test.each<[Truth, Truth, Truth, Truth]>([
    // a, b, all, any
    [T, T, T, T],
    [T, F, F, T],
    [T, N, N, T],
    [T, U, U, T],
    [F, T, F, T],
    [F, F, F, F],
    [F, N, F, N],
    [F, U, F, U],
    [N, T, N, T],
    [N, F, F, N],
    [N, N, N, N],
    [N, U, U, U],
    [U, T, U, T],
    [U, F, F, U],
    [U, N, U, U],
    [U, U, U, U],
  ])("of %s and %s: all is %s, any is %s", (a, b, both, either) => {
    expect(allOf([a, b])).toBe(both);
    expect(anyOf([a, b])).toBe(either);
  });

  test.each<[Truth, Truth]>([
    [T, F],
    [F, T],
    [N, N],
    [U, U],
  ])("not %s is %s", (truth, negated) => {
    expect(notOf(truth)).toBe(negated);
  });

  test("of nothing, nothing is satisfied", () => {
    expect([allOf([]), anyOf([])]).toEqual([N, N]);
  });

  test("all and any mirror each other under not, in any order", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...all), { maxLength: 6 }), (truths) => {
        expect(notOf(allOf(truths))).toBe(anyOf(truths.map(notOf)));
        expect(allOf([...truths].reverse())).toBe(allOf(truths));
        if (allOf(truths) === "true") expect(truths.every((t) => t === "true")).toBe(true);
      }),
    );
  });
});
