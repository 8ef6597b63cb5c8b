import pino from "pino";
import { startApp } from "../../app.js";
import { queueKey, prNumber } from "../../core/model/ids.js";
import type { ReadPort } from "../../engine/ports.js";
import type { Sandbox } from "../../sandbox/server.js";
import { fullName, type Repo } from "../../sandbox/state.js";
import type { ConstraintSeen, Standing } from "./stage.js";

/** The real app, pointed at the sandbox as it would be at a GitHub Enterprise Server. */
export interface Line {
  readonly dashboard: string;
  readonly standingOf: (number: number) => Promise<Standing | null>;
  readonly tally: () => Promise<Tally>;
  /** What the dashboard says of the constraint; null until it has worked it out. */
  readonly constraint: () => Promise<ConstraintSeen | null>;
  readonly close: () => Promise<void>;
}

/** How many pull requests, by what became of them at any time. */
export interface Tally {
  readonly ejected: number;
  readonly escalated: number;
  readonly autoMerged: number;
}

export interface LineOptions {
  readonly sandbox: Sandbox;
  readonly repo: Repo;
  readonly dataDir: string;
  readonly port: number;
  readonly logLevel: string;
}

export async function startLine(options: LineOptions): Promise<Line> {
  const { sandbox, repo } = options;
  const app = await startApp({
    appId: sandbox.app.id,
    privateKey: sandbox.app.privateKey,
    webhookSecret: sandbox.app.hookSecret,
    baseUrl: sandbox.url,
    throttled: false,
    dataDir: options.dataDir,
    port: options.port,
    host: "127.0.0.1",
    dashboardToken: null,
    log: pino({ level: options.logLevel }, pino.destination(2)),
  });
  sandbox.connect(app.webhookUrl);
  const queue = queueKey(fullName(repo), repo.defaultBranch);
  return {
    dashboard: app.url,
    standingOf: async (number) => await standingOf(app.reads, queue, number),
    constraint: async () =>
      await constraintSeen(`${app.url}/api/v1/constraint/${fullName(repo)}/${repo.defaultBranch}`),
    tally: async () => await tallyOf(app.reads, queue),
    close: app.close,
  };
}

/** The part of the dashboard's answer that the story asks for. */
interface ConstraintAnswer {
  readonly constraint: string;
  readonly history: {
    readonly origin: number;
    readonly daysToWorkOut: number;
    readonly past: { readonly phase: string; readonly pulls: number; readonly classesRead: number } | null;
  };
  readonly brief: {
    readonly moves: readonly { readonly day: number; readonly from: string; readonly to: string }[];
  } | null;
}

async function constraintSeen(url: string): Promise<ConstraintSeen | null> {
  const answer = await fetch(url);
  if (!answer.ok) return null;
  const { constraint, history, brief } = (await answer.json()) as ConstraintAnswer;
  if (history.past?.phase !== "done" || history.daysToWorkOut > 0 || !brief) return null;
  const moves = brief.moves.map((m) => ({ ...m, on: new Date(history.origin + m.day * 86_400_000) }));
  return { constraint, pastPulls: history.past.pulls, pastClasses: history.past.classesRead, moves };
}

/** The part of a ledger entry about a verdict that a story asks for. */
interface Judged {
  readonly path: Standing["path"];
  readonly reasons: readonly { readonly code: string }[];
}

async function standingOf(reads: ReadPort, queue: string, number: number): Promise<Standing | null> {
  const [row, verdicts] = await Promise.all([
    reads.queueState(queue),
    reads.ledger({ queue, number: prNumber(number), kinds: ["verdict"], limit: 1 }),
  ]);
  const place = row?.state.units[number]?.place;
  const last = verdicts[0]?.body as Judged | undefined;
  if (!place || !last) return null;
  return { place: place.kind, path: last.path, reasons: last.reasons.map((r) => r.code) };
}

const verdictsMax = 1000;

async function tallyOf(reads: ReadPort, queue: string): Promise<Tally> {
  const [row, verdicts] = await Promise.all([
    reads.queueState(queue),
    reads.ledger({ queue, kinds: ["verdict"], limit: verdictsMax }),
  ]);
  const numbersWhere = (holds: (judged: Judged) => boolean) =>
    new Set(verdicts.filter((v) => holds(v.body as Judged)).map((v) => v.number)).size;
  const units = Object.values(row?.state.units ?? {});
  return {
    ejected: numbersWhere((j) => j.reasons.some((r) => r.code === "ejected")),
    escalated: numbersWhere((j) => j.path === "escalate"),
    autoMerged: units.filter((u) => u.place.kind === "landed" && u.place.moved === "auto").length,
  };
}
