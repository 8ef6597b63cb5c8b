import { drumAccountOf, drumMetrics, type DrumAccount } from "../core/constraint/accounts/drum-account.js";
import { policyInForce } from "../core/governance/in-force.js";
import type { Instant, QueueKey } from "../core/model/ids.js";
import { emptyPolicy } from "../core/policy/defaults.js";
import type { PaceSettings } from "../core/policy/policy.js";
import type { Memory } from "./lessons.js";
import type { ReadPort, Search } from "./ports.js";

type Reads = Pick<ReadPort, "decisions" | "decision">;

/**
 * What production absorbs of each class, as the policy of the queue's last decision lets it through.
 * @returns the account, given how many changes a full deployment takes
 */
export async function drumAccount(
  of: { readonly reads: Reads; readonly memory: Pick<Memory, "drumOf"> },
  { queue, now }: { readonly queue: QueueKey; readonly now: Instant },
): Promise<(takes: number | null) => DrumAccount> {
  const [drum, pace] = await Promise.all([of.memory.drumOf(queue, now), paceOf(of.reads, queue)]);
  return (takes) => drumAccountOf(drum, { pace, takes, now });
}

async function paceOf(reads: Reads, queue: QueueKey): Promise<PaceSettings> {
  const [latest] = await reads.decisions(queue, { limit: 1 });
  const record = latest ? await reads.decision(latest.id) : null;
  return record ? policyInForce(record.facts.repo).policy.pace : emptyPolicy.pace;
}

/** A search whose briefs say what production absorbs, as it stands now. */
export function withDrum(
  search: Search,
  of: { readonly reads: Reads; readonly memory: Pick<Memory, "drumOf"> },
): Search {
  return async (question) => {
    const found = await search(question);
    if (!found.brief) return found;
    const { queue, now } = question;
    const drum = (await drumAccount(of, { queue, now }))(found.brief.deployTakes);
    return { ...found, brief: { ...found.brief, drum, metrics: [...found.brief.metrics, ...drumMetrics(drum)] } };
  };
}
