import { describe, expect, test } from "@jest/globals";
import { aChain, eventsOf, slower } from "../../../test/build/chain.js";
import { dayOf } from "./event.js";
import type { FlowEvent } from "./event.js";
import { evidenceOf } from "./evidence.js";
import type { Finding } from "./finder.js";
import { findConstraint, newFinder } from "./finder.js";
import { emptyLedger, record } from "./ledger.js";

/** Findings of each day, the finder asked on the last `asked` days only: it needs no daily habit. */
function findings(events: readonly FlowEvent[], of: { days: number; asked: number }): Finding[] {
  const ledger = emptyLedger();
  let finder = newFinder();
  let next = 0;
  const given: Finding[] = [];
  for (let day = 0; day < of.days; day++) {
    for (; events[next] && dayOf(events[next]?.at ?? 0) <= day; next++) record(ledger, events[next] as FlowEvent);
    if (day < of.days - of.asked) continue;
    const found = findConstraint(finder, ledger, day);
    finder = found.finder;
    given.push(found.finding);
  }
  return given;
}

describe("the finder", () => {
  test("names review when reviewers are too few, and says what would change its mind", () => {
    const chain = slower(aChain(), { station: "review", by: 2.6 });
    const [finding] = findings(eventsOf(chain, { days: 20, seed: 5 }), { days: 20, asked: 1 });
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
