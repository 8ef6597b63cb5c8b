import { describe, expect, test } from "@jest/globals";
import { aChain, eventsOf, findingsOf, slower } from "../../../../test/build/chain.js";
import { evidenceOf } from "../accounts/evidence.js";
import type { Finding } from "./finder.js";
import { findConstraint, newFinder } from "./finder.js";
import { emptyLedger } from "../flow/ledger.js";

describe("the finder", () => {
  test("names review when reviewers are too few, and says what would change its mind", () => {
    const chain = slower(aChain(), { station: "review", by: 2.6 });
    const [finding] = findingsOf(eventsOf(chain, { days: 20, seed: 5 }), { days: 20, asked: 1 });
    expect(finding?.constraint).toBe("review");
    const sum = Object.values(finding?.probabilities ?? {}).reduce((a, b) => a + b, 0);
    expect(sum).toBeCloseTo(1, 6);
    const evidence = evidenceOf(finding as Finding);
    expect(evidence.summary).toMatch(/^A fifth more review capacity would deliver 1\d\.\d % more value\.$/);
    expect(evidence.changesItsMind).toMatch(/buying more than 1\d/);
  });

  test("knows nothing before anything has passed a station, and says so without confidence", () => {
    const { finding } = findConstraint(newFinder(), emptyLedger(), 0);
    expect(finding.constraint).toBe("unknown");
    expect(finding.confidence).toBe(0);
  });
});
