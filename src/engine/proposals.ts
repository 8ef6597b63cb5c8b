import type { PolicyReplay, ProposedPolicy, PullFacts } from "../core/facts/facts.js";
import { rehearse, type RecordedRun } from "../core/line/rehearse.js";
import { digestOf } from "../core/model/digest.js";
import type { QueueKey } from "../core/model/ids.js";
import { read, type Read } from "../core/model/read.js";
import type { Policy } from "../core/policy/policy.js";
import { parsePolicy } from "../core/policy/parse.js";
import { extendedTexts } from "./extended.js";
import type { GitHubReader, ReadPort } from "./ports.js";

/** Tries a policy on what was recorded: by the decisions of its queue, newest first. */
export type Rehearsal = (
  queue: QueueKey,
  policies: {
    readonly present: { readonly policy: Policy; readonly digest: string };
    readonly proposed: ProposedPolicy;
  },
) => Promise<PolicyReplay | null>;

/** Changes judged again, records read for them, and decisions looked through to find them. */
const unitsMax = 200;
const recordsMax = 40;
const pagesMax = 10;
const pageSize = 100;
/** Replays remembered: what is said of a proposal changes with the proposal, not with every decision. */
const rememberedMax = 100;

export function rehearsalOf(reads: Pick<ReadPort, "decisions" | "decision">): Rehearsal {
  const known = new Map<string, PolicyReplay>();
  return async (queue, { present, proposed }) => {
    if (proposed.text.state !== "read") return null;
    const { text, path, digest } = proposed.text.value;
    const { policy } = parsePolicy(text, { path, extended: proposed.extended });
    if (!policy) return null;
    const key = JSON.stringify([queue, digest, digestOf(proposed.extended), present.digest]);
    const before = known.get(key);
    if (before) return before;
    const replay = rehearse(await recordedRuns(reads, queue), { present: present.policy, proposed: policy });
    if (known.size >= rememberedMax) known.clear();
    known.set(key, replay);
    return replay;
  };
}

/** For each change the newest decision made while it was open, as few records as hold them. */
export async function recordedRuns(
  reads: Pick<ReadPort, "decisions" | "decision">,
  queue: QueueKey,
): Promise<readonly RecordedRun[]> {
  const seen = new Set<number>();
  const wanted = new Map<number, number[]>();
  let before: number | undefined;
  for (let page = 0; page < pagesMax; page++) {
    const found = await reads.decisions(queue, { limit: pageSize, ...(before !== undefined && { before }) });
    for (const { id, decision } of found) {
      const fresh = Object.values(decision.next.units)
        .filter((u) => u.place.kind !== "landed" && !seen.has(u.number))
        .map((u) => u.number)
        .slice(0, unitsMax - seen.size);
      if (fresh.length === 0 || wanted.size >= recordsMax) continue;
      for (const number of fresh) seen.add(number);
      wanted.set(id, fresh);
    }
    before = found.at(-1)?.id;
    if (found.length < pageSize || wanted.size >= recordsMax || seen.size >= unitsMax) break;
  }
  const runs: RecordedRun[] = [];
  for (const [id, numbers] of wanted) {
    const record = await reads.decision(id);
    if (record) runs.push({ at: record.at, facts: record.facts, next: record.decision.next, numbers });
  }
  return runs;
}

/** The policy that a pull request proposes, read at its head; undefined when it leaves the policy as it is. */
export async function proposedPolicy(
  reader: GitHubReader,
  pull: PullFacts,
  { path, digest }: { path: string; digest: (text: string) => string },
): Promise<Omit<ProposedPolicy, "replay"> | undefined> {
  if (pull.state !== "open" || pull.files.state !== "read") return undefined;
  if (!pull.files.value.some((f) => f.path === path || f.oldPath === path)) return undefined;
  const text: Read<string> = await reader.textAt(pull.headSha, path);
  if (text.state !== "read") return { text, extended: {} };
  return {
    text: read({ path, text: text.value, digest: digest(text.value) }),
    extended: await extendedTexts(reader, [text.value]),
  };
}
