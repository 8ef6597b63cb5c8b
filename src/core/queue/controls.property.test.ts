import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { plan } from "./plan.js";
import { runLine } from "./simulation/run.js";
import { drawWorld, type Load } from "./simulation/world.js";
import type { Controls, PlanSnapshot, QueuedChange, Scope, Trunk } from "./snapshot.js";

const lanes = ["web", "api"] as const;
const always = { days: [], hours: null, from: null, to: null, zone: "UTC" };
const scope = fc.constantFrom({}, { lane: "web" }, { reversibility: "irreversible" as const });

const controls: fc.Arbitrary<Controls<number>> = fc.record(
  {
    paused: fc.boolean(),
    drain: fc.boolean(),
    freezes: fc.array(fc.tuple(scope, fc.subarray([3, 4, 5])).map(([s, except]) => ({ ...s, except })), { maxLength: 2 }), // prettier-ignore
    windows: fc.array(fc.tuple(scope, fc.constantFrom("UTC", "No/Where")).map(([s, zone]) => ({ ...s, span: { ...always, zone } })), { maxLength: 2 }), // prettier-ignore
    throttles: fc.array(fc.tuple(scope, fc.integer({ min: 1, max: 4 })).map(([s, perHour]) => ({ ...s, perHour })), { maxLength: 2 }), // prettier-ignore
    membersMax: fc.integer({ min: 1, max: 4 }),
    flakeRetries: fc.nat(3),
  },
  { requiredKeys: [] },
);

const trunk: fc.Arbitrary<Trunk | undefined> = fc.option(
  fc.record({
    status: fc.constantFrom("unknown" as const, "running" as const, "green" as const, "red" as const),
    at: fc.integer({ min: 150, max: 200 }),
  }),
  { nil: undefined },
);

/** Changes 0 to 2 have landed in the last hour, 3 to 12 are queued; builds have any members and outcome. */
const snapshots: fc.Arbitrary<PlanSnapshot<number, number>> = fc
  .record({
    controls,
    trunk,
    sharedCache: fc.boolean(),
    slots: fc.nat(5),
    slotsUsedElsewhere: fc.nat(3),
    changes: fc.array(
      fc.record({
        targets: fc.array(fc.nat(3), { maxLength: 2 }),
        lane: fc.constantFrom(...lanes),
        reversibility: fc.constantFrom("reversible" as const, "irreversible" as const),
        hotfix: fc.boolean(),
        mends: fc.boolean(),
        ownChecks: fc.constantFrom("passed" as const, "running" as const, "failed" as const),
      }),
      { minLength: 13, maxLength: 13 },
    ),
    builds: fc.array(
      fc.record({
        members: fc.uniqueArray(fc.integer({ min: 3, max: 12 }), { minLength: 1, maxLength: 4 }),
        base: fc.nat(3),
        status: fc.constantFrom("running" as const, "passed" as const, "failed" as const),
        startedAt: fc.integer({ min: 140, max: 180 }),
      }),
      { maxLength: 6 },
    ),
  })
  .map(({ changes, builds, trunk: said, ...rest }) => {
    const base = { now: 200, conflictProbability: 0.02, conflictHorizonMinutes: 120, flakeProbability: 0.02 };
    const all = changes.map((c, id): QueuedChange<number> => ({
      ...c,
      id,
      arrivedAt: 100 + id,
      passProbability: 0.9,
      expectedMinutes: 10,
    }));
    return {
      ...base,
      ...rest,
      ...(said && { trunk: said }),
      landedCount: 3,
      landed: all.slice(0, 3).map(({ id, targets, lane, reversibility }) => ({
        ...{ id, seq: id, at: 160 + id, targets },
        ...(lane !== undefined && { lane }),
        ...(reversibility && { reversibility }),
      })),
      queue: all.slice(3),
      builds: builds.map((b, id) => ({ ...b, id, finishedAt: b.status === "running" ? null : 190 })),
    };
  });

const runs = (few: number): number => (process.env["DRUMLINE_TESTS"] === "long" ? 50 * few : few);

describe("plan, whatever people and the calendar allow", () => {
  test("asks for nothing that a control forbids", () => {
    fc.assert(
      fc.property(snapshots, (snapshot) => {
        expect(forbidden(snapshot)).toEqual([]);
      }),
      { numRuns: runs(300) },
    );
  });

  test("limits on groups, retries and slots leave no change undecided and ask for nothing illegal", () => {
    const limits = fc.record({ membersMax: fc.integer({ min: 1, max: 3 }), flakeRetries: fc.nat(2) });
    fc.assert(
      fc.property(fc.nat(), fc.boolean(), limits, (seed, sharedCache, limited) => {
        const load: Load = { ...small, seed, sharedCache };
        const outcome = runLine(drawWorld(load), load, (s) => plan({ ...s, controls: limited, slotsUsedElsewhere: 1 }));
        expect(outcome).toMatchObject({ refused: [], broken: 0, undecided: 0 });
      }),
      { numRuns: runs(6) },
    );
  });
});

/** The controls' rules, stated once more from scratch. */
function forbidden(snapshot: PlanSnapshot<number, number>): string[] {
  const { controls: given = {}, trunk: said, queue, landed } = snapshot;
  const answer = plan(snapshot);
  const change = (id: number): QueuedChange<number> => queue.find((c) => c.id === id) as QueuedChange<number>;
  const speaks = (s: Scope, c: Scope) =>
    (s.lane === undefined || s.lane === c.lane) &&
    (s.reversibility === undefined || s.reversibility === c.reversibility);
  const held = (c: QueuedChange<number>): boolean => {
    if (given.freezes?.some((f) => speaks(f, c) && !f.except?.includes(c.id) && c.hotfix !== true) === true)
      return true;
    const windows = (given.windows ?? []).filter((w) => speaks(w, c) && c.hotfix !== true);
    return windows.length > 0 && windows.every((w) => w.span.zone !== "UTC");
  };
  const wrong: string[] = [];
  const started = answer.start.flat();
  if (given.paused === true && answer.land.length + answer.reject.length + started.length > 0) wrong.push("paused");
  for (const id of [...answer.land.flat(), ...started]) if (held(change(id))) wrong.push(`held ${id}`);
  for (const id of started) if (change(id).ownChecks !== "passed") wrong.push(`own checks ${id}`);
  for (const group of answer.start)
    if (added(group, snapshot) > (given.membersMax ?? 64)) wrong.push(`too large ${group.join()}`);
  for (const t of given.throttles ?? []) {
    const lately = landed.filter((l) => speaks(t, l)).length;
    const more = answer.land.flat().filter((id) => speaks(t, change(id)) && change(id).hotfix !== true).length;
    if (more > 0 && lately > 0 && lately + more > t.perHour) wrong.push("throttle");
  }
  const running = snapshot.builds.filter((b) => b.status === "running").length - answer.cancel.length;
  const others = (snapshot.slotsUsedElsewhere ?? 0) + (said?.status === "running" ? 1 : 0);
  const room = Math.max(0, snapshot.slots - running - others);
  if (answer.start.length + (answer.control === true ? 1 : 0) > room) wrong.push("more builds than slots");
  if (answer.control === true && !said) wrong.push("control build of what can't be built");
  if (said?.status === "red") {
    if (answer.reject.length > 0) wrong.push("ejected while red");
    for (const id of started) if (!change(id).hotfix && !change(id).mends) wrong.push(`started while red ${id}`);
  }
  return wrong;
}

/** Of a group's members, those that no build which it can be made upon holds: all of such a build's begin it. */
function added(group: readonly number[], { builds, queue, landed }: PlanSnapshot<number, number>): number {
  const overtaken = (base: number, members: readonly number[]): boolean =>
    landed.some(
      (l) =>
        l.seq >= base &&
        queue.some((c) => members.includes(c.id) && c.targets.some((target) => l.targets.includes(target))),
    );
  const below = builds.filter(
    ({ status, base, members }) =>
      status !== "failed" &&
      members.length < group.length &&
      members.every((m, place) => group[place] === m) &&
      !overtaken(base, members),
  );
  return group.length - Math.max(0, ...below.map((b) => b.members.length));
}

const small: Omit<Load, "seed" | "sharedCache"> = {
  changes: 12,
  slots: 4,
  arrivals: { kind: "steady", perHour: 20 },
  medianMinutes: 8,
  sigma: 0.3,
  targets: 2,
  targetsPerChange: 1,
  conflictProbability: 0.02,
  conflictHorizonMinutes: 60,
  pass: [[1, 0.85]],
  flakeProbability: 0.05,
  noise: { pass: 0.3, minutes: 0.2 },
};
