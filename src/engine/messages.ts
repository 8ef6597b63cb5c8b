import { forecastMetrics } from "../core/constraint/brief/brief.js";
import { flowEventsOf } from "../core/constraint/flow/recorded.js";
import { briefIssue, messagesDue, reviewsIssue, type Message } from "../core/explain/messages.js";
import type { Facts } from "../core/facts/facts.js";
import { policyInForce } from "../core/governance/in-force.js";
import type { Decision } from "../core/line/decision.js";
import { reviewList } from "../core/line/review-list.js";
import type { WordsEffect } from "../core/model/effect.js";
import type { Instant, QueueKey } from "../core/model/ids.js";
import type { Policy } from "../core/policy/policy.js";
import type { Engine } from "./engine.js";
import { historyDays } from "./pacing.js";
import type { ReadPort, Search } from "./ports.js";

/** What a run of a queue saw and decided. */
export interface Seen {
  readonly facts: Facts;
  readonly decision: Decision;
}

const dayMs = 86_400_000;
/** Messages are due by day: looking more often than this would only cost. */
const lookEveryMs = 60_000;

/**
 * Tells in the repository's issues what its policy wants told there. Wished for as words, apart from decisions: they
 * come with the clock, and nothing that is decided hangs on them.
 */
export function newMessages(
  of: Pick<Engine, "store" | "clock"> & { readonly reads: Pick<ReadPort, "flow">; readonly search: Search },
) {
  const lookedAt = new Map<QueueKey, Instant>();
  return async (queue: QueueKey, seen: Seen): Promise<void> => {
    const { store, clock } = of;
    const now = clock.now();
    if (now - (lookedAt.get(queue) ?? Number.NEGATIVE_INFINITY) < lookEveryMs) return;
    lookedAt.set(queue, now);
    const { policy } = policyInForce(seen.facts.repo);
    const base = seen.facts.repo.base;
    const wanted = messagesDue(policy.report, { base, now, said: new Set() });
    if (wanted.length === 0) return;
    const said = await store.said(
      queue,
      wanted.map((m) => m.id),
    );
    const effects: WordsEffect[] = [];
    for (const message of messagesDue(policy.report, { base, now, said })) {
      const effect =
        message.tells === "reviews"
          ? listOf(message, { seen, policy, now })
          : await briefFor(message, { of, queue, seen, now });
      if (effect) effects.push(effect);
    }
    if (effects.length > 0) await store.say(queue, { effects, now });
  };
}

function listOf(message: Message, { seen, policy, now }: { seen: Seen; policy: Policy; now: Instant }): WordsEffect {
  return reviewsIssue(message, { base: seen.facts.repo.base, reviews: reviewList(seen, { policy, now }), now });
}

/** Null while the week is not worked out, or too little is known to name a constraint: it is looked for again. */
async function briefFor(
  message: Message,
  {
    of: { reads, search },
    queue,
    seen,
    now,
  }: {
    of: { readonly reads: Pick<ReadPort, "flow">; readonly search: Search };
    queue: QueueKey;
    seen: Seen;
    now: Instant;
  },
): Promise<WordsEffect | null> {
  const flow = flowEventsOf(await reads.flow(queue, now - historyDays * dayMs));
  const { brief, pace, daysToWorkOut } = await search({ queue, flow, now });
  if (!brief || !pace || daysToWorkOut > 0) return null;
  const metrics = [...brief.metrics, ...forecastMetrics(seen.decision.next.forecasts)];
  return briefIssue(message, { base: seen.facts.repo.base, brief: { ...brief, metrics } });
}
