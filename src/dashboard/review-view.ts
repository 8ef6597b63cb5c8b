import type { FlowRecord, ReadPort } from "../engine/ports.js";
import { policyInForce } from "../core/governance/in-force.js";
import { reviewList, type ReviewList } from "../core/line/review-list.js";
import type { Instant, QueueKey } from "../core/model/ids.js";

/** The reviewers' list of one queue, as of its last decision. */
export interface ReviewView extends ReviewList {
  readonly queue: QueueKey;
  readonly repo: string;
  readonly base: string;
  readonly asOf: Instant;
  readonly saved: Saved;
}

/** Judgments that nobody had to give: changes that moved by themselves, by policy, in the last week. */
export interface Saved {
  readonly days: number;
  readonly changes: number;
  /** Minutes of judgment each would have taken, and of all. */
  readonly minutesEach: number;
  readonly minutes: number;
}

const savedDays = 7;
const dayMs = 86_400_000;
/** Believed of a judgment while none was measured. */
const believedMinutes = 30;

/** Null for a queue that nobody knows. */
export async function reviewView(
  reads: ReadPort,
  { queue, now }: { queue: QueueKey; now: Instant },
): Promise<ReviewView | null> {
  const row = (await reads.queues()).find((q) => q.queue === queue);
  if (!row) return null;
  const [latest] = await reads.decisions(queue, { limit: 1 });
  const record = latest ? await reads.decision(latest.id) : null;
  const list = record
    ? reviewList(record, { policy: policyInForce(record.facts.repo).policy, now })
    : ({
        items: [],
        batches: [],
        unprepared: [],
        fewest: [],
        desks: [],
        withAuthors: 0,
        atTheGate: 0,
        minutesAre: "believed",
      } as const);
  const judges = record?.facts.lessons.pace?.judges ?? [];
  const given = judges.reduce((sum, j) => sum + j.lastWeek, 0);
  const minutesEach = given > 0 ? judges.reduce((sum, j) => sum + j.lastWeek * j.minutes, 0) / given : believedMinutes;
  const saved = savedBy(await reads.flow(queue, now - savedDays * dayMs), minutesEach);
  return { queue, repo: row.repo, base: row.base, asOf: record?.at ?? now, ...list, saved };
}

/** A landing is remembered with how it moved. */
function savedBy(flow: readonly FlowRecord[], minutesEach: number): Saved {
  const changes = flow.filter((f) => f.event === "landed" && f.data["moved"] === "auto").length;
  return { days: savedDays, changes, minutesEach, minutes: changes * minutesEach };
}
