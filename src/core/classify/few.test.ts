import { expect, test } from "@jest/globals";
import { few } from "./few.js";

test("remembers the last few and forgets the rest", () => {
  const memory = few<number, string>();
  for (let i = 0; i < 1_000; i++) memory.set(i, String(i));
  expect(memory.get(999)).toBe("999");
  expect(memory.get(0)).toBeUndefined();
});
