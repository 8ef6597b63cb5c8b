import { setImmediate } from "node:timers/promises";
import type { RuleAccount } from "../core/constraint/accounts/rule-account.js";
import { policyInForce } from "../core/governance/in-force.js";
import { ruleAccountOf } from "../core/line/rule-use.js";
import type { QueueKey } from "../core/model/ids.js";
import { recordedRuns } from "./proposals.js";
import type { ReadPort, Search } from "./ports.js";

const dayMs = 86_400_000;

/** The rules that hold now, on the newest changes that are recorded. */
export async function ruleAccount(
  reads: Pick<ReadPort, "decisions" | "decision">,
  queue: QueueKey,
): Promise<RuleAccount | null> {
  const runs = await recordedRuns(reads, queue);
  const newest = runs.reduce<(typeof runs)[number] | null>(
    (last, run) => (last && last.at >= run.at ? last : run),
    null,
  );
  if (!newest) return null;
  // Judging many changes again takes its time: webhooks come first.
  await setImmediate();
  return ruleAccountOf(runs, policyInForce(newest.facts.repo).policy);
}

/** A search whose briefs say what the rules did, too; worked out once a day for each queue. */
export function withRules(search: Search, reads: Pick<ReadPort, "decisions" | "decision">): Search {
  const known = new Map<QueueKey, { readonly day: number; readonly rules: Promise<RuleAccount | null> }>();
  return async (question) => {
    const found = await search(question);
    if (!found.brief) return found;
    const { queue, now } = question;
    const day = Math.floor(now / dayMs);
    const before = known.get(queue);
    const entry = before?.day === day ? before : { day, rules: ruleAccount(reads, queue) };
    known.set(queue, entry);
    try {
      const rules = await entry.rules;
      return rules ? { ...found, brief: { ...found.brief, rules } } : found;
    } catch (error) {
      // What could not be read once is read again with the next look.
      known.delete(queue);
      throw error;
    }
  };
}
