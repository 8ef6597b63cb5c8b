import { proposalDifferences, proposalSentences, type Difference } from "../core/explain/proposal.js";
import { autonomyWords, words } from "../core/explain/words.js";
import type { UnitDecision } from "../core/line/decision.js";
import type { Instant, PrNumber, QueueKey } from "../core/model/ids.js";
import type { Reason } from "../core/model/reason.js";
import type { GroupState, QueueState, UnitState } from "../core/queue/state.js";
import type { DecisionRecord, DecisionSummary, LedgerEntry, ReadPort } from "../engine/ports.js";

/** What the dashboard shows, as data: pages and `/api/v1` render the same views, so they can't disagree. */

export interface QueueView {
  readonly queue: QueueKey;
  readonly repo: string;
  readonly base: string;
  /** Numbers the last decision; 0 before the first. */
  readonly version: number;
  readonly decidedAt: Instant | null;
  readonly stopped: QueueState["stopped"];
  readonly paused: QueueState["paused"];
  /** The base fails by itself, and where that is told; null: it doesn't, as far as anybody asked. */
  readonly baseRed: { readonly sha: string; readonly at: Instant; readonly urls: readonly string[] } | null;
  readonly landedCount: number;
  /** How many landings had been forecast, and how many of them fell inside their 80 % range. */
  readonly forecasts: { readonly told: number; readonly held: number };
  readonly groups: readonly GroupView[];
  readonly units: readonly UnitRow[];
  readonly landed: ReadonlyArray<{
    readonly number: PrNumber;
    readonly sha: string;
    readonly at: Instant;
    readonly group: string;
  }>;
}

export interface GroupView {
  readonly id: string;
  readonly branch: string;
  readonly members: readonly PrNumber[];
  readonly phase: GroupState["phase"]["kind"];
  readonly attempt: number;
  readonly startedAt: Instant;
  readonly urls: readonly string[];
}

export interface UnitRow {
  readonly number: PrNumber;
  readonly title: string;
  readonly author: string;
  readonly place: UnitState["place"]["kind"];
  readonly path: UnitDecision["verdict"]["path"];
  readonly reversibility: UnitDecision["classification"]["reversibility"];
  readonly risk: UnitDecision["risk"];
  /** Codes and words of the same reasons, most important first. */
  readonly reasons: ReadonlyArray<{ readonly code: Reason["code"]; readonly words: string }>;
  readonly next: readonly string[];
  readonly expected: UnitDecision["expected"];
}

export interface UnitView extends UnitRow {
  readonly queue: QueueKey;
  readonly headSha: string;
  readonly decision: number;
  readonly decidedAt: Instant;
  readonly findings: UnitDecision["classification"]["findings"];
  readonly verdict: UnitDecision["verdict"];
  readonly asks: UnitDecision["verdict"]["asks"];
  /** What its class of change has earned, and on what grounds; null: not known. */
  readonly autonomy: string | null;
  /** What is to be said of the policy that it proposes; null: it leaves the policy as it is. */
  readonly proposal: ProposalView | null;
  readonly history: readonly LedgerEntry[];
}

export interface ProposalView {
  /** Sentences of Markdown. */
  readonly says: readonly string[];
  /** Recorded changes that would have come out differently, newest first, and how many more there are. */
  readonly different: readonly Difference[];
  readonly more: number;
}

const landedShown = 20;
const historyShown = 100;

export async function queueViews(reads: ReadPort): Promise<readonly QueueView[]> {
  const rows = await reads.queues();
  const views = await Promise.all(rows.map(async (row) => await queueView(reads, row.queue)));
  return views.flatMap((v) => v ?? []);
}

/** Null for a queue that nobody knows. */
export async function queueView(reads: ReadPort, queue: QueueKey): Promise<QueueView | null> {
  const row = (await reads.queues()).find((q) => q.queue === queue);
  if (!row) return null;
  const [stored, [latest]] = await Promise.all([reads.queueState(queue), reads.decisions(queue, { limit: 1 })]);
  const record = latest ? await reads.decision(latest.id) : null;
  const state = stored?.state;
  return {
    ...{ queue, repo: row.repo, base: row.base },
    version: stored?.version ?? 0,
    decidedAt: latest?.at ?? null,
    stopped: state?.stopped ?? null,
    paused: state?.paused ?? null,
    baseRed: baseRed(state),
    landedCount: state?.landedCount ?? 0,
    forecasts: state?.forecasts ?? { told: 0, held: 0 },
    groups: (state?.groups ?? []).map(groupView),
    units: record ? unitRows(record) : [],
    landed: [...(state?.landed ?? [])]
      .reverse()
      .slice(0, landedShown)
      .map(({ number, sha, at, group }) => ({ number, sha, at, group })),
  };
}

function baseRed(state: QueueState | undefined): QueueView["baseRed"] {
  if (state?.trunk?.status !== "red") return null;
  const { sha, at, urls } = state.trunk;
  return { sha, at, urls };
}

function groupView(group: GroupState): GroupView {
  const { id, branch, phase, attempt, startedAt } = group;
  return {
    id,
    branch,
    members: group.members.map((m) => m.number),
    phase: phase.kind,
    attempt,
    startedAt,
    urls: phase.kind === "failed" ? phase.urls : [],
  };
}

/** In the queue by arrival, then what waits for people, then the rest. */
function unitRows(record: DecisionRecord): UnitRow[] {
  const order = ["queued", "proposed", "ejected", "landed"];
  const arrived = (row: UnitRow) => {
    const place = record.decision.next.units[row.number]?.place;
    return place?.kind === "queued" ? place.at : row.number;
  };
  return record.decision.units
    .map((unit) => unitRow(unit, record))
    .sort((a, b) => order.indexOf(a.place) - order.indexOf(b.place) || arrived(a) - arrived(b));
}

function unitRow(unit: UnitDecision, record: DecisionRecord): UnitRow {
  const pull = record.facts.pulls.find((p) => p.number === unit.number);
  return {
    number: unit.number,
    title: pull?.title ?? "",
    author: pull?.author.login ?? "",
    place: record.decision.next.units[unit.number]?.place.kind ?? "proposed",
    path: unit.verdict.path,
    reversibility: unit.classification.reversibility,
    risk: unit.risk,
    reasons: unit.reasons.map((r) => ({ code: r.code, words: words(r) })),
    next: unit.next,
    expected: unit.expected,
  };
}

/** Null when no decision speaks about it. */
export async function unitView(
  reads: ReadPort,
  { repo, number }: { repo: string; number: PrNumber },
): Promise<UnitView | null> {
  const record = await reads.lastDecisionAbout(repo, number);
  const unit = record?.decision.units.find((u) => u.number === number);
  if (!record || !unit) return null;
  return {
    ...unitRow(unit, record),
    queue: record.queue,
    headSha: unit.headSha,
    decision: record.id,
    decidedAt: record.at,
    findings: unit.classification.findings,
    verdict: unit.verdict,
    asks: unit.verdict.asks,
    autonomy: unit.autonomy ? autonomyWords(unit.autonomy) : null,
    proposal: proposalView(unit),
    history: await reads.ledger({ queue: record.queue, number, limit: historyShown }),
  };
}

function proposalView({ proposal }: UnitDecision): ProposalView | null {
  if (!proposal) return null;
  const { rows, more } = proposalDifferences(proposal);
  return { says: proposalSentences(proposal), different: rows, more };
}

export interface DecisionRow {
  readonly id: number;
  readonly version: number;
  readonly at: Instant;
  readonly baseSha: string;
  readonly policyDigest: string;
  readonly factsDigest: string;
  readonly units: number;
  /** Effects by kind. */
  readonly effects: Readonly<Record<string, number>>;
}

export function decisionRow(summary: DecisionSummary): DecisionRow {
  const effects: Record<string, number> = {};
  for (const effect of summary.decision.effects) effects[effect.kind] = (effects[effect.kind] ?? 0) + 1;
  const { id, version, at, baseSha, policyDigest, factsDigest } = summary;
  return { id, version, at, baseSha, policyDigest, factsDigest, units: summary.decision.units.length, effects };
}
