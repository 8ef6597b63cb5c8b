import { decide } from "../core/decide.js";
import type { Decision } from "../core/line/decision.js";
import type { Facts } from "../core/facts/facts.js";
import { policyInForce } from "../core/governance/in-force.js";
import type { QueueKey } from "../core/model/ids.js";
import type { Engine } from "./engine.js";
import { flowOf } from "./flow.js";
import { gather } from "./gather.js";
import { withNames } from "./people.js";
import type { Seen } from "./messages.js";
import { performLine } from "./perform.js";
import { VersionConflict, type Lease, type Loaded } from "./ports.js";

/** Rounds of one run: each performs effects and looks again. More is a sign of a wish that can't come true. */
const roundsMax = 25;
/** When GitHub can't be read, the queue looks again after this long. */
const retryMs = 15_000;
/** A run that finds the queue busy leaves a signal behind this much later, so that nothing that came meanwhile is missed. */
const busyMs = 1_000;

/**
 * One run of one queue: lease, gather, decide, commit, perform, until there is nothing left to do. A signal only asks
 * for this; what is decided comes from what is true now, so doubled, late and lost signals do no harm. Answers what was
 * seen and decided last; null: nothing.
 */
export async function runQueue(engine: Engine, queue: QueueKey): Promise<Seen | null> {
  let seen: Seen | null = null;
  const done = await engine.store.withLease(queue, async (lease) => {
    for (let rounds = 0; rounds < roundsMax; rounds++) {
      const round = await runOnce(engine, lease);
      seen = round.seen ?? seen;
      if (round.next === "rest") return "done";
    }
    engine.log.warn({ queue, rounds: roundsMax }, "the queue kept changing; looking again later");
    return "again";
  });
  if (done === "busy") await engine.store.signal(queue, engine.clock.now() + busyMs);
  if (done === "again") await engine.store.signal(queue, engine.clock.now() + retryMs);
  return seen;
}

interface Round {
  /** `again`: effects were performed, and their outcomes should be looked at. */
  readonly next: "again" | "rest";
  readonly seen: Seen | null;
}

async function runOnce(engine: Engine, lease: Lease): Promise<Round> {
  const { store, github, clock, log } = engine;
  const loaded = await store.load(lease);
  const reader = await github.reader(loaded.row.repo, loaded.row.installationId);
  const gathered = await gather(reader, {
    loaded,
    memory: engine.memory,
    rehearsal: engine.rehearsal,
    busyElsewhere: engine.busyElsewhere,
    now: clock.now(),
  });
  if ("state" in gathered) {
    log.warn({ queue: lease.queue, why: gathered.why }, "nothing decided: GitHub could not be read");
    await store.signal(lease.queue, clock.now() + retryMs);
    return { next: "rest", seen: null };
  }
  const now = clock.now();
  const first = decide(gathered, loaded.state, now);
  // People are looked for only when a decision asks for somebody whom it can't name.
  const named = await withNames(reader, gathered, first);
  const facts = named ?? gathered;
  const decision = named ? decide(named, loaded.state, now) : first;
  if (isNews(decision, { facts, loaded })) {
    try {
      await store.commit(lease, {
        version: loaded.version,
        now,
        facts,
        previous: loaded.state,
        decision,
        goodPolicy: goodPolicy(facts),
        flow: flowOf(loaded.state, decision, { facts, now }),
      });
    } catch (error) {
      if (error instanceof VersionConflict) return { next: "again", seen: null };
      throw error;
    }
  }
  return { next: (await performLine(engine, lease)) ? "again" : "rest", seen: { facts, decision } };
}

/** A look that found nothing new leaves no record. */
function isNews(decision: Decision, { facts, loaded }: { facts: Facts; loaded: Loaded }): boolean {
  if (facts.outcomes.length > 0 || loaded.version === 0) return true;
  const pending = new Set(loaded.pending.map((e) => e.id));
  if (decision.effects.some((e) => !pending.has(e.id))) return true;
  return JSON.stringify(decision.next) !== JSON.stringify(loaded.state);
}

function goodPolicy(facts: Facts): Facts["repo"]["lastGoodPolicy"] {
  const { text, extended, policy, reasons } = policyInForce(facts.repo);
  if (text === null || reasons.length > 0) return null;
  // Shipped packs stay with the app; what lies in another repository may change or go.
  const elsewhere = policy.extends.filter((name) => name.includes("/")).map((name) => [name, extended[name]]);
  return elsewhere.length === 0 ? text : { ...text, extended: Object.fromEntries(elsewhere) as typeof extended };
}
