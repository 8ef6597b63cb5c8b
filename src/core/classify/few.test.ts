import { expect, test } from "@jest/globals";
import { rememberFew } from "./few.js";

test("the last results are remembered, and memory stays small", () => {
  let made = 0;
  const double = rememberFew((n: number, by: number) => {
    made++;
    return n * by;
  });
  for (let i = 0; i < 1_000; i++) expect([double(i, 2), double(i, 2)]).toEqual([i * 2, i * 2]);
  expect(made).toBe(1_000);
  double(0, 2);
  expect(made).toBe(1_001);
});

test("nothing is remembered too", () => {
  let made = 0;
  const none = rememberFew((_: string) => {
    made++;
    return undefined;
  });
  none("a");
  none("a");
  expect(made).toBe(1);
});
