import { decide } from "../../src/core/decide.js";
import type { Facts } from "../../src/core/facts/facts.js";
import { emptyQueueState } from "../../src/core/queue/state.js";
import type { DecisionRecord, FlowRecord, ReadPort } from "../../src/engine/ports.js";

/** What a store would let people read after one decision about these facts, and these steps of flow. */
export function readsOf(facts: Facts, { now, flow = [] }: { now: number; flow?: readonly FlowRecord[] }): ReadPort {
  const decision = decide(facts, emptyQueueState, now);
  const { queue, repo } = facts;
  const record: DecisionRecord = {
    ...{ id: 1, queue, version: 1, at: now, factsDigest: "f".repeat(64), policyDigest: decision.policyDigest },
    ...{ baseSha: repo.baseSha, facts, previous: emptyQueueState, decision },
  };
  return {
    queues: () => Promise.resolve([{ queue, repo: repo.name, base: repo.base, installationId: 1 }]),
    queueState: (of) => Promise.resolve(of === queue ? { version: 1, state: decision.next } : null),
    decisions: (of) => Promise.resolve(of === queue ? [record] : []),
    decision: (id) => Promise.resolve(id === 1 ? record : null),
    lastDecisionAbout: (name, number) =>
      Promise.resolve(name === repo.name && decision.units.some((u) => u.number === number) ? record : null),
    ledger: () => Promise.resolve([]),
    flow: (of, since) => Promise.resolve(of === queue ? flow.filter((f) => f.at >= since) : []),
    history: () => Promise.resolve(null),
    counts: () => Promise.resolve({ decisions: 1 }),
  };
}
