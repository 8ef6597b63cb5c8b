import { describe, expect, test } from "@jest/globals";
import type { PastKnown } from "./constraint-view.js";
import { classesOf, reading } from "./past-words.js";

const past: PastKnown = {
  ...{ until: 0, phase: "classes", pulls: 900, total: 900, problem: null },
  ...{ classesRead: 120, classesTotal: 300 },
};
const words = async (of: PastKnown | null) => String(await reading(of)).replace(/\s+/g, " ");

describe("the page says how far the past was read", () => {
  test.each<[string, PastKnown | null, string]>([
    ["its pages", { ...past, phase: "pulls", pulls: 25, total: 50 }, "25 of 50 pull requests (50 %), newest first"],
    ["before the first page", { ...past, phase: "pulls", pulls: 0, total: null }, "0 of an unknown number of pull"],
    ["its classes", past, "900 pull requests were read. Classes of the past: 120 of 300 read, newest first."],
    ["before the first class", { ...past, classesRead: 0, classesTotal: null }, "Classes of the past: none read yet."],
    ["why it pauses", { ...past, problem: "GitHub says: slow down." }, "It pauses: GitHub says: slow down. "],
  ])("%s", async (_, of, said) => {
    expect(await words(of)).toContain(said);
  });

  test("and no more once it was", async () => {
    expect(await words({ ...past, phase: "done" })).toBe("");
    expect(await words(null)).toBe("");
  });
});

test("that classes of the past are today's is said where there are any", () => {
  expect(classesOf(past)).toMatch(/by today's policy and detectors.*120 changes, the newest/);
  expect(classesOf({ ...past, classesRead: 0 })).toBe("");
  expect(classesOf(null)).toBe("");
});
