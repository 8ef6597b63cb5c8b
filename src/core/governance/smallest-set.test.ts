import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { assign, emptySlots, type Slots } from "./matching.js";
import { smallestSet } from "./smallest-set.js";

const people = ["ann", "ben", "cat", "dan", "eve"];

const needs = fc.array(
  fc.record({
    count: fc.integer({ min: 1, max: 2 }),
    distinct: fc.boolean(),
    people: fc.subarray(people),
  }),
  { minLength: 1, maxLength: 4 },
);

function emptyWith(all: readonly Slots[], chosen: readonly string[]): number {
  return emptySlots(all.map((n) => ({ ...n, people: n.people.filter((p) => chosen.includes(p)) })));
}

/** Every way of giving each distinct need some of its people, nobody twice: fewest slots that stay empty. */
function leastEmpty(all: readonly Slots[], taken: readonly string[] = []): number {
  const [need, ...rest] = all;
  if (!need) return 0;
  if (!need.distinct) return Math.max(0, need.count - need.people.length) + leastEmpty(rest, taken);
  const free = need.people.filter((p) => !taken.includes(p));
  const choices = subsets(free).filter((s) => s.length <= need.count);
  return Math.min(...choices.map((s) => need.count - s.length + leastEmpty(rest, [...taken, ...s])));
}

function subsets(list: readonly string[]): string[][] {
  return list.reduce<string[][]>((all, item) => [...all, ...all.map((s) => [...s, item])], [[]]);
}

describe("who is counted for which need", () => {
  test("leaves as few slots empty as can be, and counts nobody twice for distinct needs", () => {
    fc.assert(
      fc.property(needs, (all) => {
        expect(emptySlots(all)).toBe(leastEmpty(all));
        const distinct = assign(all).flatMap((counted, i) => (all[i]?.distinct ? counted : []));
        expect(new Set(distinct).size).toBe(distinct.length);
      }),
    );
  });
});

describe("the smallest set of people", () => {
  test("is as small as any that does as well, and the same each time", () => {
    fc.assert(
      fc.property(needs, (all) => {
        const empty = (chosen: readonly string[]) => emptyWith(all, chosen);
        const set = smallestSet(people, empty);
        const best = empty(people);
        const sizes = subsets(people)
          .filter((s) => empty(s) === best)
          .map((s) => s.length);
        expect(empty(set)).toBe(best);
        expect(set.length).toBe(Math.min(...sizes));
        expect(smallestSet(people, empty)).toEqual(set);
      }),
    );
  });

  test("one person who can do everything is asked instead of three", () => {
    const all: Slots[] = [
      ["ann", "max"],
      ["ben", "max"],
      ["cat", "max"],
    ].map((p) => ({ count: 1, distinct: false, people: p }));
    expect(smallestSet(["ann", "ben", "cat", "max"], (chosen) => emptyWith(all, chosen))).toEqual(["max"]);
  });
});
