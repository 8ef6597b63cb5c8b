/** One step as the ledger of flow has it. */
export interface RecordedStep {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Null when the step names a commit or a group and not a pull request. */
  readonly number: number | null;
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/**
 * Builds out of recorded check runs and groups. GitHub names the service that runs a check, not the machine: each
 * build is given the lowest free slot of its time, so that the slots ever used are the runners known to be there.
 */
export interface Build {
  readonly head: string;
  readonly start: number;
  /** Null while it runs. */
  readonly end: number | null;
  readonly ok: boolean;
  readonly actor: string;
}

/** Runs of one head with a shorter pause between them are one build: jobs that follow one another. */
const pauseMs = 2 * 60_000;

export function buildsByHead(steps: readonly RecordedStep[]): ReadonlyMap<string, readonly Build[]> {
  const runs = new Map<string, RecordedStep[]>();
  for (const step of steps) {
    const head = step.data["sha"];
    if (!/^build_/.test(step.event) || step.data["for"] === "queue" || typeof head !== "string") continue;
    const known = runs.get(head);
    if (known) known.push(step);
    else runs.set(head, [step]);
  }
  const builds = [...runs].flatMap(([head, of]) => buildsOf(of).map((b) => ({ ...b, head })));
  const byHead = new Map<string, Build[]>();
  for (const build of inSlots(builds, "runner")) byHead.set(build.head, [...(byHead.get(build.head) ?? []), build]);
  return byHead;
}

type Span = Omit<Build, "head" | "actor">;

/** A build lasts while any check of the head runs; it is good when the last run of each check was. */
function buildsOf(steps: readonly RecordedStep[]): Span[] {
  const builds: Span[] = [];
  const running = new Set<unknown>();
  const results = new Map<unknown, boolean>();
  for (const { at, event, data } of steps) {
    const name = data["name"];
    const last = builds.at(-1);
    const goesOn = last && (last.end === null || at - last.end <= pauseMs);
    const start = goesOn ? last.start : at;
    if (event === "build_started") running.add(name);
    else {
      running.delete(name);
      results.set(name, data["ok"] === true);
    }
    const build = { start, end: running.size > 0 ? null : at, ok: [...results.values()].every(Boolean) };
    if (goesOn) builds[builds.length - 1] = build;
    else builds.push(build);
  }
  return builds;
}

/** Tests of groups as one build for each member: a group shares a slot, but not its members' places in it. */
export function groupBuilds(steps: readonly RecordedStep[]): { step: RecordedStep; number: number }[] {
  const spans = steps.flatMap(({ at, event, data }) => {
    const { members, minutes, result } = data;
    if (event !== "group" || !Array.isArray(members) || typeof minutes !== "number") return [];
    const numbers = members.filter((n): n is number => typeof n === "number");
    return numbers.map((number) => ({ number, start: at - minutes * 60_000, end: at, ok: result === "passed" }));
  });
  return inSlots(spans, "slot").flatMap(({ number, start, end, ok, actor }) => [
    { number, step: { at: start, number, event: "build_started", data: { actor, for: "queue" } } },
    { number, step: { at: end ?? start, number, event: "build_finished", data: { actor, for: "queue", ok } } },
  ]);
}

function inSlots<T extends { readonly start: number; readonly end: number | null }>(
  builds: readonly T[],
  word: string,
): (T & { readonly actor: string })[] {
  const freeAt: number[] = [];
  return [...builds]
    .sort((a, b) => a.start - b.start)
    .map((build) => {
      const free = freeAt.findIndex((at) => at <= build.start);
      const slot = free < 0 ? freeAt.length : free;
      freeAt[slot] = build.end ?? Infinity;
      return { ...build, actor: `${word}-${slot + 1}` };
    });
}
