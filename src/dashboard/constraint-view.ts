import { accountsOf, inventoryOf, type FlowAccounts, type InventoryRow } from "../core/constraint/accounts/accounts.js";
import { forecastMetrics, metricsOf, type Brief } from "../core/constraint/brief/brief.js";
import { sizeWords } from "../core/constraint/accounts/buffer-words.js";
import { chainBuffers } from "../core/constraint/accounts/chain-buffers.js";
import { drumMetrics } from "../core/constraint/accounts/drum-account.js";
import { dayMinutes, dayOf } from "../core/constraint/flow/event.js";
import { judgmentOf, type JudgmentAccount } from "../core/constraint/accounts/judgment.js";
import { soleJudges, type SoleJudge } from "../core/constraint/accounts/knowledge.js";
import { emptyLedger, record, type Change, type Ledger } from "../core/constraint/flow/ledger.js";
import type { Metric } from "../core/constraint/accounts/metric.js";
import type { ChainModel, PoolModel } from "../core/constraint/fit/model.js";
import { historyNeeded as needed } from "../core/constraint/accounts/pace-lessons.js";
import { zoneOf, type Zone } from "../core/constraint/pacer/buffer.js";
import { flowEventsOf, type RecordedFlow } from "../core/constraint/flow/recorded.js";
import type { BufferSize } from "../core/model/buffer-size.js";
import type { Constraint } from "../core/model/station.js";
import type { Instant, QueueKey } from "../core/model/ids.js";
import type { HistoryRead } from "../core/constraint/flow/history-read.js";
import type { Found, ReadPort, Search } from "../engine/ports.js";

/** What the constraint's page and its API show: the finder's verdict of the last whole day, and how things stand now. */
export interface ConstraintView {
  readonly queue: QueueKey;
  readonly repo: string;
  readonly base: string;
  readonly asOf: Instant;
  /** `unknown` until there is enough history, whatever the days so far look like. */
  readonly constraint: Constraint;
  readonly confidence: number;
  readonly history: HistoryKnown;
  /** What the finder makes of the history, enough or not; null before the first whole day. */
  readonly brief: Brief | null;
  readonly week: FlowAccounts;
  readonly inventory: readonly InventoryRow[];
  readonly buffers: readonly BufferView[];
  readonly judgment: JudgmentAccount;
  readonly knowledge: readonly SoleJudge[];
  readonly metrics: readonly Metric[];
}

export interface HistoryKnown {
  /** The moment of minute 0 of day 0, so that days have dates. */
  readonly origin: Instant;
  readonly changes: number;
  readonly landed: number;
  readonly wholeDays: number;
  readonly needed: { readonly wholeDays: number; readonly landed: number };
  readonly enough: boolean;
  /** Days still to be gone through for this view; 0 when it is complete. */
  readonly daysToWorkOut: number;
  readonly deploysSeen: boolean;
  readonly deploysUnplaced: number;
  /** How far what happened before the installation was read from GitHub; null before the first look. */
  readonly past: PastKnown | null;
}

export type PastKnown = Pick<
  HistoryRead,
  "until" | "phase" | "pulls" | "total" | "problem" | "classesRead" | "classesTotal"
>;

/** Ready work before a team of reviewers and in the builds before it, in minutes of their work. */
export interface BufferView {
  readonly team: string;
  readonly minutes: number;
  readonly target: number;
  readonly zone: Zone;
  /** What is wanted for each reviewer, and what it is made of, in words. */
  readonly size: BufferSize;
  readonly madeOf: string;
}

/** The finder's windows look back no further. */
const historyDays = 180;
const dayMs = dayMinutes * 60_000;
const week = 7 * dayMinutes;

/** Null for a queue that nobody knows. */
export async function constraintView(
  reads: ReadPort,
  { queue, now, search }: { queue: QueueKey; now: Instant; search: Search },
): Promise<ConstraintView | null> {
  const row = (await reads.queues()).find((q) => q.queue === queue);
  if (!row) return null;
  const flow = flowEventsOf(await reads.flow(queue, now - historyDays * dayMs));
  const found = await search({ queue, flow, now });
  const ledger = emptyLedger();
  for (const event of flow.events) record(ledger, event);
  const history = historyOf(ledger, { flow, found, now, past: await reads.history(queue) });
  const stands = standing(ledger, { model: found.model, now: (now - flow.origin) / 60_000 });
  const forecasts = forecastMetrics((await reads.queueState(queue))?.state.forecasts);
  return {
    ...{ queue, repo: row.repo, base: row.base, asOf: now },
    constraint: history.enough && found.brief ? found.brief.constraint : "unknown",
    confidence: history.enough && found.brief ? found.brief.confidence : 0,
    history,
    brief: found.brief && { ...found.brief, metrics: [...found.brief.metrics, ...forecasts] },
    ...stands,
    metrics: [...stands.metrics, ...(found.brief?.drum ? drumMetrics(found.brief.drum) : []), ...forecasts],
  };
}

function historyOf(
  ledger: Ledger,
  { flow, found, now, past }: { flow: RecordedFlow; found: Found; now: Instant; past: HistoryRead | null },
): HistoryKnown {
  const first = flow.events[0];
  const today = dayOf((now - flow.origin) / 60_000);
  // The first day is seldom whole: it begins when the app was installed.
  const wholeDays = first ? Math.max(0, today - dayOf(first.at) - 1) : 0;
  const changes = [...ledger.changes.values()];
  const landed = changes.filter((c) => c.landedAt !== null).length;
  return {
    origin: flow.origin,
    changes: changes.length,
    landed,
    wholeDays,
    needed,
    enough: wholeDays >= needed.wholeDays && landed >= needed.landed && found.model !== null,
    daysToWorkOut: found.daysToWorkOut,
    deploysSeen: ledger.windows.length > 0,
    deploysUnplaced: flow.deploysUnplaced,
    past: past && pastKnown(past),
  };
}

function pastKnown({ until, phase, pulls, total, problem, classesRead, classesTotal }: HistoryRead): PastKnown {
  return { until, phase, pulls, total, problem, classesRead, classesTotal };
}

function standing(ledger: Ledger, { model, now }: { model: ChainModel | null; now: number }) {
  const thisWeek = accountsOf(ledger, { since: now - week, now, model });
  const lastWeek = accountsOf(ledger, { since: now - 2 * week, now: now - week, model });
  // Where no deployment is ever reported, landing is delivery, and what has landed is no inventory.
  const inventory = inventoryOf(ledger, now).filter((r) => r.station !== "deploy" || ledger.windows.length > 0);
  const judgment = judgmentOf(ledger, { since: now - week, now, model });
  return {
    week: thisWeek,
    inventory,
    buffers: model ? buffersOf(ledger, { model, now }) : [],
    judgment,
    knowledge: soleJudges(ledger, now),
    metrics: metricsOf({ thisWeek, lastWeek, inventory, judgment }),
  };
}

function buffersOf(ledger: Ledger, { model, now }: { model: ChainModel; now: number }): BufferView[] {
  const sizes = chainBuffers(model, ledger, now);
  const open = [...ledger.changes.values()].filter((c) => c.landedAt === null && c.closedAt === null);
  return model.pools.flatMap((pool) => {
    const size = sizes.find((b) => b.station === "review" && b.team === pool.team)?.size;
    if (pool.station !== "review" || !size) return [];
    const minutes = pool.work.mean * open.reduce((sum, change) => sum + shareReady(change, { pool, model }), 0);
    const target = pool.servers * size.minutes;
    const madeOf = sizeWords(size, "review");
    return [{ team: pool.team, minutes, target, zone: zoneOf(minutes, target), size, madeOf }];
  });
}

/** What waits for the team counts whole; a first build by the team's share while nobody knows whose it will be. */
function shareReady(change: Change, { pool, model }: { pool: PoolModel; model: ChainModel }): number {
  if (change.at === "review") return change.visit?.team === pool.team ? 1 : 0;
  if (change.at !== "ci" || change.nth.review > 0) return 0;
  if (change.team !== "") return change.team === pool.team ? 1 : 0;
  return model.teams.find((t) => t.name === pool.team)?.share ?? 0;
}
