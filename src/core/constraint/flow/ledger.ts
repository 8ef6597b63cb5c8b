import type { Station } from "../../model/station.js";
import { approvers, workKind } from "./event.js";
import type { FlowEvent, PrId, Served, WorkKind } from "./event.js";

/**
 * The ledger of flow: each change's way through the stations, waiting and working apart.
 *
 *     authoring ─► ci ─► review ─► approval ─► (dark) ─► queue ─► deploy
 *         ▲         │       │          │                   │        │
 *         └─rework──┴───────┴──────────┴───────────────────┴────────┘
 *
 * A visit is one stay at a station. Where no event says when work began, it is bounded: whoever finished it
 * cannot have begun before it was there, nor before finishing what they did last (`freeSince`).
 */
export interface Ledger {
  readonly changes: Map<PrId, Change>;
  readonly visits: Visit[];
  readonly jobs: Job[];
  readonly dark: DarkStay[];
  readonly windows: DeployWindow[];
  readonly authorLog: AuthorEntry[];
  readonly lastDone: Map<string, number>;
  /** Landed and not with users yet, in order of landing. */
  readonly pending: Change[];
  /** How often a review given was asked for again after a push, and how often it was kept. */
  readonly reviewsAfterPush: { again: number; kept: number };
  now: number;
}

export interface Change {
  readonly id: PrId;
  readonly kind: WorkKind;
  readonly urgent: boolean;
  readonly reversibility: string;
  readonly value: number;
  readonly team: string;
  readonly author: string;
  readonly paths: readonly string[];
  readonly openedAt: number;
  landedAt: number | null;
  deployedAt: number | null;
  closedAt: number | null;
  /** Where it is; null between stations. */
  at: Station | null;
  visit: Visit | null;
  job: Job | null;
  /** When it left a station without entering the next. */
  idleSince: number | null;
  nth: Record<Served, number>;
  /** Stations it has passed since it was last thrown back to the start. */
  passed: { review: boolean; approval: boolean; dark: boolean };
  pushedSincePassed: boolean;
  /** Whether any of its time between stations was dark. */
  sawDark: boolean;
  /** Whether anybody said something of it as a judge, asked or not. */
  judged: boolean;
}

export type Outcome = "passed" | "changes" | "failed" | "rejected" | "stale";

export interface Visit {
  readonly change: Change;
  readonly station: Served;
  /** The reviewing team; the station's own name elsewhere. */
  readonly team: string;
  /** The nth visit of this change to this station, from 1. */
  readonly nth: number;
  readonly entered: number;
  /** Only where an event says so (builds). */
  started: number | null;
  actor: string | null;
  /** When its actor finished the work before it; null for their first. */
  freeSince: number | null;
  left: number | null;
  outcome: Outcome | null;
}

/** An author's work: on a new change, or on what came back from a station. */
export interface Job {
  readonly change: Change;
  readonly author: string;
  readonly source: "new" | Served | "deploy";
  readonly entered: number;
  readonly freeSince: number | null;
  left: number | null;
}

/** Time between two stations that no event explains: an environment, a meeting, a form. */
export interface DarkStay {
  readonly change: Change;
  readonly before: Served;
  readonly entered: number;
  readonly left: number;
}

export interface DeployWindow {
  readonly at: number;
  /** How many it took, and how many it left behind. */
  taken: number;
  behind: number;
}

export interface AuthorEntry {
  readonly at: number;
  readonly author: string;
  readonly what: "opened" | "finished" | "rework" | "left";
}

/** Shorter gaps between two stations are the code host's own, not hidden waiting. */
const darkFloorMinutes = 1;
const skippedAfterMinutes = 2 * 1440;
const judgments: ReadonlySet<string> = new Set(["review_submitted", "changes_requested", "approved"]);

export function emptyLedger(): Ledger {
  return {
    changes: new Map(),
    visits: [],
    jobs: [],
    dark: [],
    windows: [],
    authorLog: [],
    lastDone: new Map(),
    pending: [],
    reviewsAfterPush: { again: 0, kept: 0 },
    now: 0,
  };
}

/** Writes one event into the ledger (which it changes). Events of a change never seen opened count for a person's. */
export function record(ledger: Ledger, event: FlowEvent): void {
  ledger.now = Math.max(ledger.now, event.at);
  if (event.event === "opened") return open(ledger, event);
  const change = ledger.changes.get(event.pr) ?? openUnseen(ledger, event);
  const { at } = event;
  if (judgments.has(event.event)) change.judged = true;
  switch (event.event) {
    case "ready_for_review":
    case "pushed":
      finishJob(ledger, change, at);
      if (event.event === "pushed" && change.passed.review) change.pushedSincePassed = true;
      return enter(ledger, change, { station: "ci", team: "ci", at });
    case "build_started":
      return startBuild(ledger, change, event);
    case "build_finished":
      return finish(ledger, change, { event, station: event.for ?? "ci", outcome: event.ok ? "passed" : "failed" });
    case "review_requested":
      return ask(ledger, change, event);
    case "review_submitted":
      return finish(ledger, change, { event, station: "review", outcome: "passed" });
    case "changes_requested": {
      const station = event.team === approvers ? "approval" : "review";
      return finish(ledger, change, { event, station, outcome: "changes" });
    }
    case "approved":
      return finish(ledger, change, { event, station: "approval", outcome: "passed" });
    case "queued":
      if (change.pushedSincePassed) ledger.reviewsAfterPush.kept++;
      change.pushedSincePassed = false;
      return enter(ledger, change, { station: "queue", team: "queue", at });
    case "landed":
      return land(ledger, change, at);
    case "deployed":
      return deploy(ledger, change, event);
    case "closed":
      return close(ledger, change, event);
  }
}

function open(ledger: Ledger, event: FlowEvent): void {
  const change = newChange(event);
  ledger.changes.set(event.pr, change);
  if (change.kind === "human") {
    ledger.authorLog.push({ at: event.at, author: change.author, what: "opened" });
    startJob(ledger, change, { source: "new", at: event.at });
  }
}

function openUnseen(ledger: Ledger, event: FlowEvent): Change {
  const change = newChange(event);
  ledger.changes.set(event.pr, change);
  return change;
}

function newChange(event: FlowEvent): Change {
  return {
    id: event.pr,
    kind: workKind(event.kind),
    urgent: event.urgent ?? false,
    reversibility: event.reversibility ?? "unknown",
    value: event.value ?? 1,
    team: event.team ?? "",
    author: event.event === "opened" ? (event.actor ?? "") : "",
    paths: event.paths ?? [],
    openedAt: event.at,
    landedAt: null,
    deployedAt: null,
    closedAt: null,
    at: "authoring",
    visit: null,
    job: null,
    idleSince: null,
    nth: { ci: 0, review: 0, approval: 0, queue: 0 },
    passed: { review: false, approval: false, dark: false },
    pushedSincePassed: false,
    sawDark: false,
    judged: false,
  };
}

function startJob(ledger: Ledger, change: Change, from: { source: Job["source"]; at: number }): void {
  const freeSince = ledger.lastDone.get(`author:${change.author}`) ?? null;
  const job: Job = {
    change,
    author: change.author,
    source: from.source,
    entered: from.at,
    freeSince,
    left: null,
  };
  change.job = job;
  change.at = "authoring";
  ledger.jobs.push(job);
}

/** Work on what came back can only begin once the author is free, so its bound is set when it ends. */
function finishJob(ledger: Ledger, change: Change, at: number): void {
  const { job } = change;
  if (!job) return;
  const key = `author:${change.author}`;
  change.job = null;
  Object.assign(job, { left: at, freeSince: ledger.lastDone.get(key) ?? null });
  if (change.kind !== "human") return;
  ledger.lastDone.set(key, at);
  ledger.authorLog.push({ at, author: change.author, what: "finished" });
}

function sendBack(ledger: Ledger, change: Change, from: { source: Job["source"]; at: number }): void {
  change.idleSince = null;
  if (change.kind === "human" && change.author !== "") {
    ledger.authorLog.push({ at: from.at, author: change.author, what: "rework" });
  }
  startJob(ledger, change, from);
}

function ask(ledger: Ledger, change: Change, event: FlowEvent): void {
  if (event.team === approvers) return enter(ledger, change, { station: "approval", team: "approval", at: event.at });
  if (change.passed.review) {
    ledger.reviewsAfterPush.again++;
    change.passed.review = false;
    change.pushedSincePassed = false;
  }
  enter(ledger, change, { station: "review", team: event.team ?? change.team, at: event.at });
}

function enter(ledger: Ledger, change: Change, to: { station: Served; team: string; at: number }): void {
  const { station, team, at } = to;
  if (change.visit && change.visit.station === station) return;
  if (change.visit) leaveVisit(change.visit, { at, outcome: "passed" });
  if (change.idleSince !== null && station !== "ci" && at - change.idleSince > darkFloorMinutes) {
    ledger.dark.push({ change, before: station, entered: change.idleSince, left: at });
    change.passed.dark = true;
    change.sawDark = true;
  }
  const nth = ++change.nth[station];
  const visit: Visit = {
    change,
    station,
    team,
    nth,
    entered: at,
    started: null,
    actor: null,
    freeSince: null,
    left: null,
    outcome: null,
  };
  ledger.visits.push(visit);
  Object.assign(change, { visit, at: station, idleSince: null });
}

function startBuild(ledger: Ledger, change: Change, event: FlowEvent): void {
  const station = event.for ?? "ci";
  if (change.visit?.station !== station) enter(ledger, change, { station, team: station, at: event.at });
  if (change.visit) Object.assign(change.visit, { started: event.at, actor: event.actor ?? null });
}

function finish(
  ledger: Ledger,
  change: Change,
  done: { readonly event: FlowEvent; readonly station: Served; readonly outcome: Outcome },
): void {
  const { event, station, outcome } = done;
  const { at } = event;
  if (change.visit?.station !== station) return;
  const { visit } = change;
  const actor = event.actor ?? visit.actor ?? "";
  const key = `${station}:${visit.team}:${actor}`;
  visit.actor = actor;
  visit.freeSince = ledger.lastDone.get(key) ?? null;
  ledger.lastDone.set(key, at);
  leaveVisit(visit, { at, outcome });
  if (outcome !== "passed") return sendBack(ledger, change, { source: station, at });
  if (station === "review" || station === "approval") change.passed[station] = true;
  Object.assign(change, { at: null, idleSince: at });
}

function leaveVisit(visit: Visit, end: { at: number; outcome: Outcome }): void {
  visit.left = end.at;
  visit.outcome = end.outcome;
  // The last visit stays known until the next begins: a closing in the same minute is its outcome.
  visit.change.visit = null;
}

function land(ledger: Ledger, change: Change, at: number): void {
  if (change.visit) leaveVisit(change.visit, { at, outcome: "passed" });
  if (change.landedAt === null) leaveAuthor(ledger, change, at);
  Object.assign(change, { landedAt: at, at: "deploy", idleSince: null });
  ledger.pending.push(change);
}

function deploy(ledger: Ledger, change: Change, event: FlowEvent): void {
  const { at } = event;
  if (change.at === "deploy") unqueue(ledger.pending, change);
  const last = ledger.windows.at(-1);
  if (last && at - last.at < darkFloorMinutes)
    Object.assign(last, { taken: last.taken + 1, behind: ledger.pending.length });
  else ledger.windows.push({ at, taken: 1, behind: ledger.pending.length });
  if (event.ok === false) {
    Object.assign(change, {
      passed: { review: false, approval: false, dark: false },
      pushedSincePassed: false,
    });
    return sendBack(ledger, change, { source: "deploy", at });
  }
  Object.assign(change, { at: null, deployedAt: at, idleSince: null });
}

/** Takes a deployed change off, and those it has overtaken by so much that nothing will ever tell of their deploy. */
function unqueue(pending: Change[], change: Change): void {
  const index = pending.indexOf(change);
  if (index >= 0) pending.splice(index, 1);
  const overtaken = (change.landedAt ?? 0) - skippedAfterMinutes;
  while ((pending[0]?.landedAt ?? Infinity) < overtaken) pending.shift();
}

function close(ledger: Ledger, change: Change, event: FlowEvent): void {
  const { at } = event;
  const stale = event.reason === "stale";
  if (change.visit) leaveVisit(change.visit, { at, outcome: stale ? "stale" : "rejected" });
  else if (change.idleSince === at && !stale) {
    const last = ledger.visits.findLast((v) => v.change === change);
    if (last?.left === at) last.outcome = "rejected";
  }
  if (change.landedAt === null) leaveAuthor(ledger, change, at);
  Object.assign(change, { closedAt: at, at: null, idleSince: null, job: null });
}

function leaveAuthor(ledger: Ledger, change: Change, at: number): void {
  if (change.kind === "human" && change.author !== "") {
    ledger.authorLog.push({ at, author: change.author, what: "left" });
  }
}
