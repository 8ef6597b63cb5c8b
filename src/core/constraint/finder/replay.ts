import { schedule, takeNext } from "./agenda.js";
import type { Calendar } from "../flow/calendar.js";
import { always, finishOf, isWeekend, nextOpen, worksOn } from "../flow/calendar.js";
import { approvers, dayMinutes, dayOf } from "../flow/event.js";
import type { FlowEvent, WorkKind } from "../flow/event.js";
import type { ChainModel, ReworkSource } from "../fit/model.js";
import { keyed, normal } from "./random.js";
import type { Author, Pool, ReplayOptions, ReplayResult, Run, Work } from "./replay-state.js";
import {
  approvalStep,
  begin,
  busyShares,
  ciStep,
  darkStep,
  deployStep,
  kinds,
  maxServers,
  muOf,
  queueStep,
  reviewStep,
  serverBits,
  stepCount,
  steps,
} from "./replay-state.js";

// Taken out of Math once, as in random.ts.
const { exp, floor, log, max, min, round } = Math;

/**
 * Runs a fitted chain from empty, by events, and measures the value delivered after a warm-up.
 */
export function replay(model: ChainModel, options: ReplayOptions): ReplayResult {
  const run = begin(model, options);
  const end = options.days * dayMinutes;
  schedule(run.agenda, 0, code(codes.day, 0));
  if (model.deploy) schedule(run.agenda, model.deploy.phase % model.deploy.every, code(codes.window, 0));
  for (;;) {
    const at = run.agenda.times[0];
    if (at === undefined || at > end) break;
    run.now = at;
    const what = takeNext(run.agenda);
    happen(run, what >> codeBits, what & codeMask);
  }
  return { valuePerDay: run.delivered / (options.days - options.warmUpDays), busy: busyShares(run) };
}

const codeBits = 20;
const codeMask = (1 << codeBits) - 1;
const codes = {
  day: 0,
  arrival: 1,
  poolDone: 2,
  poolWake: 3,
  authorDone: 4,
  authorWake: 5,
  pushed: 6,
  window: 7,
  surfaced: 8,
};
const code = (type: number, index: number): number => (type << codeBits) | index;
/** Tickets that people plan ahead per author: beyond it demand is turned away, not queued. */
const backlogPerAuthor = 1;
const salts = { authoring: 101, rework: 102, outcome: 103, kind: 104, team: 105, route: 106, arrivals: 107, dark: 120 };

function happen(run: Run, type: number, index: number): void {
  switch (type) {
    case codes.day:
      return newDay(run);
    case codes.arrival:
      return arrive(run, index);
    case codes.poolDone:
      return served(run, run.pools[index >> serverBits] as Pool, index & (maxServers - 1));
    case codes.poolWake:
      return kick(run, index);
    case codes.authorDone:
      return authored(run, run.authors[index] as Author, index);
    case codes.authorWake:
      return startWork(run, index);
    case codes.surfaced:
      return surface(run, run.works[index] as Work);
    case codes.pushed:
      return pushed(run, run.works[index] as Work);
    default:
      return deployWindow(run);
  }
}

// ---- the days: arrivals, and machines' work that nobody came to

function newDay(run: Run): void {
  const { model, options } = run;
  const day = dayOf(run.now);
  const more = options.lever === "demand" ? (options.factor ?? 1) : 1;
  arrivals(run, { day, kind: 0, perDay: model.demand.mean * more, clump: 1, calendar: run.office });
  for (const machine of model.machines) {
    const { perDay, clump, calendar } = machine;
    const kind = kinds.indexOf(machine.kind);
    arrivals(run, { day, kind, perDay: perDay.mean * (machine.kind === "bot" ? 1 : more), clump, calendar });
  }
  closeStale(run, model.stale.days * dayMinutes);
  schedule(run.agenda, run.now + dayMinutes, code(codes.day, 0));
}

interface DayOfArrivals {
  readonly day: number;
  readonly kind: number;
  readonly perDay: number;
  readonly clump: number;
  readonly calendar: Calendar;
}

/** A Poisson stream of clumps over the hours in which this kind of work comes. */
function arrivals(run: Run, of: DayOfArrivals): void {
  const { day, kind, perDay, calendar } = of;
  const clump = max(1, round(of.clump));
  if (perDay <= 0 || (isWeekend(day) && !calendar.weekends)) return;
  const gap = ((calendar.to - calendar.from) * clump) / perDay;
  let minute = calendar.from;
  for (let i = 0; ; i++) {
    minute -= gap * log(keyed(run.options.seed, day * 4096 + i, salts.arrivals + kind));
    if (minute >= calendar.to) return;
    for (let c = 0; c < clump; c++) schedule(run.agenda, run.now + minute, code(codes.arrival, kind));
  }
}

function closeStale(run: Run, limit: number): void {
  for (const pool of run.pools) {
    const isStale = (w: Work) => w.kind !== 0 && run.now - w.waitsSince > limit;
    if (!pool.queue.some(isStale)) continue;
    for (const work of pool.queue) if (isStale(work)) tell(run, work, { event: "closed", reason: "stale" });
    pool.queue = pool.queue.filter((w) => !isStale(w));
  }
}

function arrive(run: Run, kind: number): void {
  const { model, options } = run;
  if (kind === 0 && run.backlog.length >= max(1, backlogPerAuthor * run.authors.length)) return;
  const id = run.works.length;
  const draw = (salt: number) => keyed(options.seed, id, salt);
  const route = model.routes[kinds[kind] as WorkKind];
  const bit = (index: number, share: number) => (draw(salts.route + 16 * index) < share ? 1 << index : 0);
  const work: Work = {
    id,
    kind,
    rankOf: kind === 0 && draw(salts.kind) < model.urgentShare ? "urgent" : (kinds[kind] as WorkKind),
    team: teamOf(run, draw(salts.team)),
    route: 1 | bit(1, route.review) | bit(2, route.approval) | bit(3, model.dark ? route.dark : 0) | 16 | 32,
    passed: 0,
    step: 0,
    visits: new Uint8Array(stepCount),
    reworks: 0,
    author: -1,
    actor: `${kinds[kind] as WorkKind}-1`,
    waitsSince: 0,
    left: false,
  };
  run.works.push(work);
  if (kind !== 0) {
    tellOpened(run, work);
    tell(run, work, { event: "ready_for_review", actor: work.actor });
    return next(run, work);
  }
  run.backlog.push(work);
  for (let k = 0; k < run.authors.length && run.backlog.length > 0; k++) startWork(run, (id + k) % run.authors.length);
}

function teamOf(run: Run, draw: number): number {
  let rest = draw;
  const index = run.model.teams.findIndex((team) => (rest -= team.share) < 0);
  return max(0, index);
}

// ---- authors: what came back first, then the next ticket, never more than `wip` open at once

function startWork(run: Run, index: number): void {
  const author = run.authors[index] as Author;
  const { wip } = run.model.authors;
  const calendar = run.office;
  if (author.doing) return;
  if (author.rework.length === 0 && (run.backlog.length === 0 || author.open >= wip)) return;
  const opens = nextOpen(calendar, run.now);
  if (opens > run.now) {
    if (author.wake !== opens) schedule(run.agenda, (author.wake = opens), code(codes.authorWake, index));
    return;
  }
  const returned = author.rework.shift();
  const work = returned?.work ?? run.backlog.shift();
  if (!work) return;
  let minutes = returned?.minutes ?? 0;
  if (!returned) {
    work.author = index;
    work.actor = `human-${index + 1}`;
    author.open++;
    tellOpened(run, work);
    minutes = exp(run.authoring.mu + run.authoring.sigma * normal(run.options.seed, work.id, salts.authoring));
  }
  author.doing = work;
  run.written += minutes;
  schedule(run.agenda, finishOf(calendar, run.now, minutes), code(codes.authorDone, index));
}

function authored(run: Run, author: Author, index: number): void {
  const work = author.doing as Work;
  author.doing = null;
  pushed(run, work);
  startWork(run, index);
}

function pushed(run: Run, work: Work): void {
  work.step = 0;
  tell(run, work, { event: work.reworks > 0 ? "pushed" : "ready_for_review", actor: work.actor });
  next(run, work);
}

function rework(run: Run, work: Work, source: ReworkSource): void {
  if (run.model.dismissOnPush || source === "deploy") work.passed = 0;
  const draw = normal(run.options.seed, work.id, salts.rework + 16 * ++work.reworks);
  const mean = run.model.rework[source] / (run.options.lever === "authoring" ? (run.options.factor ?? 1) : 1);
  const minutes = exp(muOf(mean, run.reworkSigma) + run.reworkSigma * draw);
  const author = run.authors[work.author];
  if (!author) return schedule(run.agenda, run.now + minutes, code(codes.pushed, work.id));
  author.rework.push({ work, minutes });
  startWork(run, work.author);
}

function leave(run: Run, work: Work): void {
  if (work.left) return;
  work.left = true;
  const author = run.authors[work.author];
  if (!author) return;
  author.open--;
  startWork(run, work.author);
}

// ---- stations

function next(run: Run, work: Work): void {
  let step = work.step;
  while (step < stepCount && (!(work.route & (1 << step)) || work.passed & (1 << step))) step++;
  work.step = step + 1;
  if (step === deployStep) {
    if (run.model.deploy) run.pending.push(work);
    else deliver(run, work);
    return;
  }
  if (step === darkStep && run.dark) {
    const draw = normal(run.options.seed, work.id, salts.dark + 16 * ++work.reworks);
    const minutes = exp(run.dark.mu + run.dark.sigma * draw);
    return schedule(run.agenda, run.now + minutes, code(codes.surfaced, work.id));
  }
  const index = run.poolAt[step]?.[step === reviewStep ? work.team : 0] ?? -1;
  const pool = run.pools[index];
  // A station that nobody was ever seen at holds nobody up.
  if (!pool || pool.servers === 0) {
    passed(run, work, step);
    return next(run, work);
  }
  work.waitsSince = run.now;
  if (step === reviewStep) tell(run, work, { event: "review_requested", team: pool.team });
  else if (step === approvalStep) tell(run, work, { event: "review_requested", team: approvers });
  else if (step === queueStep) tell(run, work, { event: "queued" });
  pool.queue.push(work);
  kick(run, index);
}

function surface(run: Run, work: Work): void {
  work.passed |= 1 << darkStep;
  next(run, work);
}

function kick(run: Run, index: number): void {
  const pool = run.pools[index] as Pool;
  if (pool.queue.length === 0) return;
  const opens = nextOpen(pool.calendar, run.now);
  if (opens > run.now) {
    if (pool.wake !== opens) schedule(run.agenda, (pool.wake = opens), code(codes.poolWake, index));
    return;
  }
  for (let server = 0; server < pool.servers && pool.queue.length > 0; server++) {
    if (!pool.busy[server]) serve(run, index, server);
  }
}

function serve(run: Run, index: number, server: number): void {
  const pool = run.pools[index] as Pool;
  const work = takeFrom(pool);
  const nth = (work.visits[pool.step] = min(255, (work.visits[pool.step] ?? 0) + 1));
  const draw = normal(run.options.seed, work.id, pool.step + 16 * nth);
  const minutes = exp((nth > 1 ? pool.mu.again : pool.mu.first) + pool.sigma * draw);
  pool.busy[server] = work;
  pool.worked += minutes;
  const builds = pool.step === ciStep ? "ci" : pool.step === queueStep ? "queue" : null;
  if (builds) tell(run, work, { event: "build_started", for: builds, actor: actorOf(pool, server) });
  schedule(run.agenda, finishOf(pool.calendar, run.now, minutes), code(codes.poolDone, (index << serverBits) | server));
}

function takeFrom(pool: Pool): Work {
  const { rank } = pool;
  let best = 0;
  if (rank) {
    let bestRank = Infinity;
    for (let i = 0; i < pool.queue.length && bestRank > 0; i++) {
      const own = rank[(pool.queue[i] as Work).rankOf];
      if (own >= bestRank) continue;
      best = i;
      bestRank = own;
    }
  }
  return (best === 0 ? pool.queue.shift() : pool.queue.splice(best, 1)[0]) as Work;
}

function served(run: Run, pool: Pool, server: number): void {
  const work = pool.busy[server] as Work;
  pool.busy[server] = null;
  settle(run, pool, { work, actor: actorOf(pool, server) });
  kick(run, run.pools.indexOf(pool));
}

function settle(run: Run, pool: Pool, done: { readonly work: Work; readonly actor: string }): void {
  const { step } = pool;
  const { work, actor } = done;
  const nth = work.visits[step] ?? 1;
  const draw = keyed(run.options.seed, work.id, salts.outcome + 16 * (step + 8 * nth));
  const rejected = pool.rejected[work.kind] ?? 0;
  const back = nth > 1 ? pool.back.later : pool.back.first;
  const sentBack = draw >= rejected && draw < rejected + back;
  tell(run, work, { ...verdictOf(pool, sentBack), actor });
  if (draw < rejected) {
    tell(run, work, { event: "closed", reason: "rejected" });
    return leave(run, work);
  }
  if (sentBack) return rework(run, work, steps[step] as ReworkSource);
  if (step !== ciStep) passed(run, work, step);
  next(run, work);
}

/** Behind the queue it has landed, and its author is free: where people merge by hand, too. */
function passed(run: Run, work: Work, step: number): void {
  work.passed |= 1 << step;
  if (step !== queueStep) return;
  tell(run, work, { event: "landed" });
  leave(run, work);
}

function deployWindow(run: Run): void {
  const { deploy } = run.model;
  if (!deploy) return;
  if (worksOn({ ...always, weekends: deploy.weekends }, dayOf(run.now))) {
    const room =
      (deploy.batch ?? Infinity) * (run.options.lever === "deploy" ? (run.options.factor ?? 1) : 1) + run.carried;
    const count = min(run.pending.length, floor(room));
    run.carried = Number.isFinite(room) ? room - floor(room) : 0;
    for (const work of run.pending.splice(0, count)) deliver(run, work);
  }
  schedule(run.agenda, run.now + deploy.every, code(codes.window, 0));
}

function deliver(run: Run, work: Work): void {
  const nth = (work.visits[deployStep] = min(255, (work.visits[deployStep] ?? 0) + 1));
  const failed = run.model.deploy?.failed ?? 0;
  if (nth < 3 && keyed(run.options.seed, work.id, salts.outcome + 16 * (deployStep + 8 * nth)) < failed) {
    tell(run, work, { event: "deployed", ok: false });
    return rework(run, work, "deploy");
  }
  tell(run, work, { event: "deployed", ok: true });
  if (run.now < run.options.warmUpDays * dayMinutes) return;
  run.delivered += run.model.value[kinds[work.kind] as WorkKind];
}

// ---- what a code host would tell of it

function tell(run: Run, work: Work, event: Omit<FlowEvent, "at" | "pr">): void {
  run.options.observe?.({ at: run.now, pr: work.id, ...event });
}

function tellOpened(run: Run, work: Work): void {
  if (!run.options.observe) return;
  const kind = kinds[work.kind] as WorkKind;
  const team = run.model.teams[work.team]?.name ?? "";
  const { actor } = work;
  tell(run, work, {
    event: "opened",
    actor,
    kind,
    team,
    value: run.model.value[kind],
    urgent: work.rankOf === "urgent",
  });
}

const actorOf = (pool: Pool, server: number): string => `${pool.team}-${server + 1}`;

function verdictOf(pool: Pool, sentBack: boolean): Pick<FlowEvent, "event" | "for" | "ok" | "team"> {
  if (pool.step === ciStep) return { event: "build_finished", for: "ci", ok: !sentBack };
  if (pool.step === queueStep) return { event: "build_finished", for: "queue", ok: !sentBack };
  const team = pool.step === approvalStep ? approvers : pool.team;
  if (sentBack) return { event: "changes_requested", team };
  return pool.step === approvalStep ? { event: "approved", team } : { event: "review_submitted", team };
}
