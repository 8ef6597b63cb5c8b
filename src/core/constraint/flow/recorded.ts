import { toUsers, undeployed } from "../../memory/windows.js";
import { approvers, dayMinutes, firstMondayMs, people } from "./event.js";
import type { FlowEvent } from "./event.js";
import { buildsByHead, groupBuilds } from "./recorded-builds.js";
import type { Build, RecordedStep } from "./recorded-builds.js";

/**
 * A repository's recorded steps as the events that the finder reads. Recorded steps overlap (reviews are asked for while
 * CI runs, people judge without being asked, a check is many runs); the finder's chain has a change at one station at a
 * time. The rules below say which one. What fits no change is counted, never guessed.
 */
export interface RecordedFlow {
  /** In order of time. */
  readonly events: readonly FlowEvent[];
  /** The moment (ms) of minute 0: the Monday 00:00 UTC before the first step. */
  readonly origin: number;
  /** Deployments of commits that nobody saw land. */
  readonly deploysUnplaced: number;
  /** Changes of the past whose class was told afterwards. */
  readonly classedLate: number;
}

const minute = 60_000;
const dayMs = dayMinutes * minute;

/** @param steps in order of time */
export function flowEventsOf(steps: readonly RecordedStep[]): RecordedFlow {
  const first = steps[0]?.at ?? firstMondayMs;
  const origin = first - ((((first - firstMondayMs) % (7 * dayMs)) + 7 * dayMs) % (7 * dayMs));
  const toMinutes = (ms: number) => (ms - origin) / minute;
  const ci = buildsByHead(steps);
  const queue = groupBuilds(steps);
  const { deploys, unplaced } = deploysOf(steps);
  const own = new Map<number, RecordedStep[]>();
  const add = (step: RecordedStep, number: number) => own.set(number, [...(own.get(number) ?? []), step]);
  for (const step of steps) if (step.number !== null) add(step, step.number);
  for (const { step, number } of [...queue, ...deploys]) add(step, number);
  const events = [...own].flatMap(([number, story]) => {
    const heads = new Set(story.map((s) => s.data["head"]).filter((h) => typeof h === "string"));
    const builds = [...heads].flatMap((head) => ci.get(head) ?? []);
    return changeEvents(number, { story, builds });
  });
  return {
    events: events.map((e) => ({ ...e, at: toMinutes(e.at) })).sort((a, b) => a.at - b.at),
    origin,
    deploysUnplaced: unplaced,
    classedLate: steps.filter((s) => s.event === "judged" && s.data["past"] === true).length,
  };
}

/** Which landed changes each deployment brought, no earlier than they landed. */
function deploysOf(steps: readonly RecordedStep[]): {
  deploys: { step: RecordedStep; number: number }[];
  unplaced: number;
} {
  const landed = steps.flatMap(({ event, at, number, data }) =>
    event === "landed" && number !== null ? [{ at, number, sha: data["sha"] }] : [],
  );
  const deployed = steps.flatMap((step) => {
    const { sha, environment } = step.data;
    return step.event === "deployed" ? [{ step, at: step.at, sha, environment }] : [];
  });
  const { takenBy } = undeployed(landed);
  const deploys: { step: RecordedStep; number: number }[] = [];
  let unplaced = 0;
  for (const deploy of toUsers(deployed)) {
    const taken = takenBy(deploy);
    if (taken.length === 0) unplaced++;
    for (const { number, at } of taken) {
      deploys.push({ step: { ...deploy.step, at: Math.max(deploy.at, at) }, number });
    }
  }
  return { deploys, unplaced };
}

/** Where the rules have a change now. */
interface Way {
  readonly number: number;
  readonly events: FlowEvent[];
  at: "draft" | "ci" | "authoring" | "between" | "review" | "queue" | "over";
  /** Since when it is between stations. */
  since: number;
  /** Builds of the present head that are still to come; while there are any, it is CI that it waits for. */
  building: boolean;
  /** Whom it waits for once CI has passed. */
  asked: string | null;
  judged: boolean;
  /** Held at the gate: nobody was asked. */
  gated: boolean;
  signOff: boolean;
}

function changeEvents(
  number: number,
  { story, builds }: { story: readonly RecordedStep[]; builds: readonly Build[] },
): FlowEvent[] {
  const way: Way = {
    ...{ number, events: [], at: "draft", since: story[0]?.at ?? 0, building: false },
    ...{ asked: null, judged: false, signOff: false, gated: false },
  };
  const judgment = story.find((s) => s.event === "judged")?.data ?? {};
  const ciSteps = builds.flatMap((b) => [
    stepOfBuild(b, "build_started"),
    ...(b.end === null ? [] : [stepOfBuild(b, "build_finished")]),
  ]);
  const all = [...story, ...ciSteps].sort((a, b) => a.at - b.at);
  for (const step of all) take(way, step, { judgment, heads: new Set(builds.map((b) => b.head)) });
  return way.events;
}

function stepOfBuild(build: Build, event: "build_started" | "build_finished"): RecordedStep {
  const { start, end, head, actor, ok } = build;
  return {
    at: event === "build_started" ? start : (end ?? start),
    number: null,
    event,
    data: { head, actor, ok, for: "ci" },
  };
}

interface Known {
  /** What the first verdict said of the change. */
  readonly judgment: RecordedStep["data"];
  /** Heads that were ever built. */
  readonly heads: ReadonlySet<string>;
}

function take(way: Way, step: RecordedStep, known: Known): void {
  const { at, data } = step;
  const tell = (event: FlowEvent["event"], more: Partial<FlowEvent> = {}) => {
    way.events.push({ at, pr: way.number, event, ...more });
  };
  switch (step.event) {
    case "opened":
      return tell("opened", openedAs(data, known.judgment));
    case "converted_to_draft":
      way.at = "draft";
      return;
    case "ready_for_review":
    case "pushed": {
      if (way.at === "over" || (step.event === "pushed" && way.at === "draft")) return;
      const head = data["head"];
      Object.assign(way, {
        at: "ci",
        asked: null,
        signOff: false,
        building: typeof head === "string" && known.heads.has(head),
      });
      return tell(step.event, actorOf(data));
    }
    case "build_started":
    case "build_finished":
      return data["for"] === "queue" ? takeGroup(way, step) : takeBuild(way, step);
    case "gated":
      way.gated = data["observed"] !== true;
      return;
    case "released": {
      if (!way.gated || way.at === "over" || way.at === "queue") return;
      // Its time at the gate is nobody's: it is ready anew, and begins to wait now.
      Object.assign(way, { gated: false, at: "ci", building: false });
      tell("ready_for_review");
      if (Array.isArray(data["asks"]) && data["asks"].length > 0) askFor(way, teamOf(data["asks"]), at);
      return;
    }
    case "judged":
      way.signOff = data["path"] === "escalate";
      if (Array.isArray(data["asks"]) && data["asks"].length > 0) askFor(way, teamOf(data["asks"]), at);
      return;
    case "review_requested":
      if (data["team"] === approvers) way.signOff = true;
      return askFor(way, typeof data["team"] === "string" ? data["team"] : people, at);
    case "review_submitted":
    case "changes_requested":
      return takeReview(way, step);
    default:
      return takeEnd(way, step);
  }
}

/** The name of those who judge a change that is on this path and asks these; the pools of the finder bear it too. */
export function judgesOf(path: string, asks: readonly unknown[]): string {
  return path === "escalate" ? "approval" : teamOf(asks);
}

function teamOf(asks: readonly unknown[]): string {
  const team = asks.find((a) => typeof a === "string" && a.includes("/"));
  return typeof team === "string" ? team.slice(team.indexOf("/") + 1) : people;
}

function openedAs(data: RecordedStep["data"], judgment: RecordedStep["data"]): Partial<FlowEvent> {
  const kind = judgment["kind"] ?? data["kind"] ?? (data["type"] === "Bot" ? "bot" : "human");
  const { reversibility } = judgment;
  const paths = judgment["paths"] ?? data["paths"];
  return {
    ...actorOf(data),
    kind: kind === "agent" || kind === "bot" ? kind : "human",
    urgent: judgment["urgent"] === true,
    ...(typeof reversibility === "string" && { reversibility }),
    ...(Array.isArray(paths) && { paths: paths.filter((p): p is string => typeof p === "string") }),
  };
}

function actorOf(data: RecordedStep["data"]): { actor?: string } {
  return typeof data["actor"] === "string" ? { actor: data["actor"] } : {};
}

function takeBuild(way: Way, { at, event, data }: RecordedStep): void {
  if (way.at !== "ci" && way.at !== "between" && way.at !== "authoring") return;
  const of = { at, pr: way.number, for: "ci", ...actorOf(data) } as const;
  if (event === "build_started") {
    way.events.push({ ...of, event });
    Object.assign(way, { at: "ci", building: true });
    return;
  }
  if (way.at !== "ci") return;
  const ok = data["ok"] === true;
  way.events.push({ ...of, event: "build_finished", ok });
  Object.assign(way, { at: ok ? "between" : "authoring", since: at, building: false });
  if (ok && way.asked !== null) askFor(way, way.asked, at);
}

/** A review asked for while CI runs begins to wait when CI has passed: a station at a time. */
function askFor(way: Way, team: string, at: number): void {
  way.asked = team;
  if (way.gated) return;
  if (way.at !== "between" && !(way.at === "ci" && !way.building)) return;
  way.events.push({ at, pr: way.number, event: "review_requested", team: way.signOff ? approvers : team });
  way.at = "review";
}

function takeReview(way: Way, { at, event, data }: RecordedStep): void {
  const asksForChanges = event === "changes_requested";
  // A comment settles nothing; an approval before CI has passed leaves it waiting for CI.
  if (!asksForChanges && (data["state"] !== "approved" || (way.at === "ci" && way.building))) return;
  if (way.at === "queue" || way.at === "over" || way.at === "draft" || way.at === "authoring") return;
  // Somebody judges it all the same: it is through the gate.
  way.gated = false;
  if (way.at !== "review") {
    const asked = way.at === "between" ? way.since : at;
    way.building = false;
    way.at = "between";
    askFor(way, way.asked ?? people, asked);
  }
  const team = way.signOff ? { team: approvers } : {};
  const passed = way.signOff ? "approved" : "review_submitted";
  way.events.push({
    ...{ at, pr: way.number, ...actorOf(data), ...team },
    event: asksForChanges ? "changes_requested" : passed,
  });
  Object.assign(way, { at: asksForChanges ? "authoring" : "between", since: at, judged: true });
}

function takeGroup(way: Way, { at, event, data }: RecordedStep): void {
  if (way.at !== "queue") return;
  const of = { at, pr: way.number, for: "queue", ...actorOf(data) } as const;
  if (event === "build_started") way.events.push({ ...of, event });
  // A group that failed may be tried again without the culprit: only being sent back ends the stay.
  else if (data["ok"] === true) way.events.push({ ...of, event: "build_finished", ok: true });
}

function takeEnd(way: Way, { at, event, data }: RecordedStep): void {
  const of = { at, pr: way.number };
  switch (event) {
    case "queued":
      if (way.at === "over") return;
      way.events.push({ ...of, event });
      way.at = "queue";
      return;
    case "ejected":
      way.events.push({ ...of, event: "build_finished", for: "queue", ok: false });
      way.at = "authoring";
      return;
    case "dequeued":
      Object.assign(way, { at: "between", since: at });
      return;
    case "landed":
      // Where people merge by hand, what lies between the last judgment and their merge is hidden waiting.
      if (way.at !== "queue" && way.at !== "over") way.events.push({ ...of, event: "queued" });
      way.events.push({ ...of, event });
      way.at = "over";
      return;
    case "deployed":
      way.events.push({ ...of, event, ok: data["ok"] !== false });
      return;
    case "closed":
      if (way.at !== "over") way.events.push({ ...of, event, reason: way.judged ? "rejected" : "stale" });
      way.at = "over";
  }
}
