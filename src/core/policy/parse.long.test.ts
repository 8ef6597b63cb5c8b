import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { policyTexts } from "../../../test/build/policy-texts.js";
import { parsePolicy } from "./parse.js";

test("a hundred thousand hostile texts neither crash the reader nor pass with an error", () => {
  const checked = fc.check(
    fc.property(policyTexts, (text) => {
      const { policy, problems } = parsePolicy(text, { path: "p.yml", extended: {} });
      if ((policy === null) !== problems.some((p) => p.severity === "error")) throw new Error(JSON.stringify(problems));
    }),
    { numRuns: 100_000 },
  );
  expect(checked).toMatchObject({ failed: false, numRuns: 100_000 });
}, 600_000);
