import { describe, expect, test } from "@jest/globals";
import { aFile, commit } from "../../../test/build/facts.js";
import { aCheck, aPullRequest, facts, minute } from "../../../test/build/queue.js";
import { docsPolicy } from "../../../test/build/policies.js";
import { decide } from "../decide.js";
import type { Decision } from "./decision.js";
import type { Facts } from "../facts/facts.js";
import type { Outcome } from "../model/effect.js";
import { prNumber } from "../model/ids.js";
import { read } from "../model/read.js";
import { emptyQueueState } from "../queue/state.js";

const monday = Date.UTC(2026, 0, 5, 12);
const hello = { state: "text", text: "@@ -0,0 +1 @@\n+hello\n" } as const;
const withQueue = (more: string): Facts["repo"]["policy"] =>
  read({ path: ".github/drumline.yml", text: `${docsPolicy}${more}`, digest: more });
const members = (decision: Decision) =>
  decision.effects.flatMap((e) => (e.kind === "build" ? [e.members.map((m) => Number(m.number))] : []));
const made = { kind: "built", tree: commit(30) } as const;
const reason = (decision: Decision, number: number) => decision.units.find((u) => u.number === number)?.reasons[0];

describe("what the policy's queue settings do", () => {
  const pulls = [1, 2, 3].map((number) =>
    aPullRequest({ number, ...(number === 3 && { labels: ["hotfix"] }), ...(number === 2 && { labels: ["safe"] }) }),
  );
  const run = (more: string, now = monday) =>
    decide(facts({ pulls, repo: { policy: withQueue(more) } }), emptyQueueState, now);

  test("a freeze holds everything, hotfixes too, and says its name", () => {
    const decision = run("  freezes: [{ name: Release week, during: { from: 2026-01-01, to: 2026-01-31 } }]\n");
    expect(members(decision)).toEqual([]);
    for (const number of [1, 2, 3]) expect(reason(decision, number)).toEqual({ code: "frozen", name: "Release week" });
  });

  test("what a freeze excepts goes on", () => {
    const decision = run(
      "  freezes: [{ name: Release week, during: { from: 2026-01-01, to: 2026-01-31 }, except: { labels: safe } }]\n",
    );
    expect(members(decision)).toEqual([[2]]);
    expect(reason(decision, 1)).toEqual({ code: "frozen", name: "Release week" });
    expect(reason(decision, 2)?.code).toBe("testing");
  });

  test("a freeze of a lane holds what touches it or everything, and lets the rest pass", () => {
    const lanes = "  lanes: { scopes: { guide: docs/guide/, api: docs/api/ } }\n";
    const during = "{ from: 2026-01-01, to: 2026-01-31 }";
    const page = (number: number, path: string) =>
      aPullRequest({ number, files: read([aFile(path, { status: "added", added: 1, deleted: 0, patch: hello })]) });
    const of = facts({
      pulls: [page(1, "docs/guide/a.md"), page(2, "docs/api/b.md"), page(3, "docs/c.md")],
      repo: { policy: withQueue(`${lanes}  freezes: [{ name: Guide, during: ${during}, lanes: guide }]\n`) },
    });
    const decision = decide(of, emptyQueueState, monday);
    expect(members(decision)).toEqual([[2]]);
    for (const number of [1, 3]) expect(reason(decision, number)).toEqual({ code: "frozen", name: "Guide" });
  });

  test("outside the merge windows only hotfixes are tested", () => {
    const decision = run('  windows: { days: mon-fri, hours: "09:00-11:00" }\n');
    expect(members(decision)).toEqual([[3]]);
    expect(reason(decision, 1)).toEqual({ code: "window-closed", until: Date.UTC(2026, 0, 6, 9) });
    expect(reason(run('  windows: { days: mon-fri, hours: "09:00-17:00" }\n'), 1)?.code).toBe("testing");
  });

  test("group_size 1: each group adds one change to the group that it is built upon, while that is tested", () => {
    const many = Array.from({ length: 3 }, (_, i) => aPullRequest({ number: i + 1 }));
    const repo = { policy: withQueue("  group_size: 1\n  slots: 3\n") };
    let { next, effects } = decide(facts({ pulls: many, repo }), emptyQueueState, monday);
    const built: (readonly [string, readonly number[]])[] = [];
    for (let at = 1; at <= 3; at++) {
      const outcomes = effects.flatMap((e): Outcome[] => {
        if (e.kind !== "build") return [];
        built.push([e.onto, e.members.map((m) => Number(m.number))]);
        const last = e.members.at(-1)?.number ?? 0;
        return [{ ...made, effect: e.id, group: e.group, sha: commit(20 + last), onto: e.onto }];
      });
      ({ next, effects } = decide(facts({ pulls: many, repo, outcomes }), next, monday + at * minute));
    }
    const order = built.flatMap(([, added]) => added);
    expect([...order].sort()).toEqual([1, 2, 3]);
    expect(built).toEqual(order.map((number, i) => [i === 0 ? commit(1) : commit(20 + (order[i - 1] ?? 0)), [number]]));
    expect(next.groups.map((g) => g.members.length)).toEqual([1, 2, 3]);
  });

  test.each([1, 2])("no group adds more than group_size %d", (size) => {
    const many = Array.from({ length: 4 }, (_, i) => aPullRequest({ number: i + 1 }));
    const policy = withQueue(`  group_size: ${size}\n  slots: 4\n`);
    const built = members(decide(facts({ pulls: many, repo: { policy } }), emptyQueueState, monday));
    expect(built.length).toBeGreaterThan(0);
    for (const group of built) expect(group.length).toBeLessThanOrEqual(size);
  });
});

describe("what holds the line or shares it", () => {
  const said = (body: string, by = "max") => ({
    commentId: 1,
    index: 0,
    by: { login: by, kind: "human" as const },
    at: monday,
    command: { name: body.split(" ")[0] ?? "", args: body.split(" ").slice(1) },
  });
  const maintained = { permissions: { max: read("maintain" as const), eve: read("write" as const) } };
  const after = (...commands: ReturnType<typeof said>[]) =>
    decide(facts({ pulls: [aPullRequest({ number: 1, commands })], repo: maintained }), emptyQueueState, monday);

  test("pause: nothing is tested, and who paused it says why", () => {
    const decision = after(said("pause the database moves"));
    expect(members(decision)).toEqual([]);
    expect(reason(decision, 1)).toEqual({ code: "paused", by: "max", why: "the database moves" });
  });

  test("drain: nothing new is tested", () => {
    const decision = after(said("drain"));
    expect(members(decision)).toEqual([]);
    expect(reason(decision, 1)).toEqual({ code: "draining" });
  });

  test("resume ends both, and neither is anybody's to give", () => {
    expect(members(after(said("drain"), { ...said("resume"), index: 1 }))).toEqual([[1]]);
    expect(members(after(said("pause now", "eve")))).toEqual([[1]]);
  });

  test("per_hour: what has landed within the hour makes the rest wait", () => {
    const landed = {
      number: prNumber(9),
      group: "g",
      headRef: "x",
      from: commit(1),
      sha: commit(1),
      seq: 0,
      at: monday,
      targets: [],
    };
    const state = { ...emptyQueueState, landed: [landed], landedCount: 1 };
    const of = facts({ pulls: [aPullRequest({ number: 1 })], repo: { policy: withQueue("  per_hour: 1\n") } });
    const decision = decide(of, state, monday + minute);
    expect(members(decision)).toEqual([]);
    expect(reason(decision, 1)).toMatchObject({ code: "throttled", perHour: 1 });
  });

  test("own_checks: tested once they have passed, in its place until then", () => {
    const run = (checks: Facts["pulls"][number]["checks"]) =>
      decide(
        facts({ pulls: [aPullRequest({ number: 1, checks })], repo: { policy: withQueue("  own_checks: [lint]\n") } }),
        emptyQueueState,
        monday,
      );
    const running = run(read([aCheck(null, { name: "lint" })]));
    expect(members(running)).toEqual([]);
    expect(running.next.units[1]?.place.kind).toBe("queued");
    expect(reason(running, 1)?.code).toBe("checks-pending");
    expect(reason(run(read([aCheck("failure", { name: "lint" })])), 1)?.code).toBe("checks-failed");
    expect(members(run(read([aCheck("success", { name: "lint" })])))).toEqual([[1]]);
  });

  test.each([
    [3, []],
    [2, [[1]]],
  ])("shared_slots: 3, of which others use %d", (slotsUsedElsewhere, built) => {
    const policy = withQueue("  shared_slots: 3\n");
    const of = facts({ pulls: [aPullRequest({ number: 1 })], repo: { policy } });
    expect(members(decide({ ...of, slotsUsedElsewhere }, emptyQueueState, monday))).toEqual(built);
  });
});

describe("a build that CI says nothing of", () => {
  const pull = aPullRequest({ number: 1 });
  const learned = { risk: {}, flakeProbability: 0.02, buildMinutes: { median: 4, p95: 6 }, timeoutMinutes: 14 };
  const run = (before: Decision | null, now: number, more: Partial<Facts> = {}) =>
    decide(facts({ pulls: [pull], lessons: learned, ...more }), before?.next ?? emptyQueueState, now);

  test("counts as lost after the time that was learned, is tried again, and its change stays", () => {
    const asked = run(null, monday);
    const group = asked.next.groups[0]?.id ?? "";
    const built: Outcome = {
      ...{ kind: "built", effect: `build:${group}`, group },
      ...{ sha: commit(50), tree: commit(51), onto: commit(1) },
    };
    const silent = { builds: { [commit(50)]: read([aCheck(null)]) } };
    const waiting = run(run(asked, monday, { ...silent, outcomes: [built] }), monday + 13 * minute, silent);
    expect(waiting.next.groups[0]?.phase.kind).toBe("testing");
    const lost = run(waiting, monday + 14 * minute, silent);
    expect(lost.next.groups[0]?.phase).toMatchObject({ kind: "failed", cause: "timeout" });
    expect(reason(lost, 1)).toMatchObject({ code: "retry-later", why: "timeout" });
    const again = run(lost, monday + 17 * minute, silent);
    expect(members(again)).toEqual([[1]]);
    expect(reason(again, 1)).toMatchObject({ code: "retrying", why: "timeout" });
  });
});

describe("forecasts", () => {
  const first = { from: monday + 900 * minute, to: monday + 1000 * minute };
  test.each([
    ["in its range", 10, undefined, { told: 1, held: 1 }],
    ["after it", 1000, undefined, { told: 1, held: 0 }],
    ["in another than was said first", 10, first, { told: 1, held: 0 }],
    ["in what was said first, after something else was said", 950, first, { told: 1, held: 1 }],
  ])("that come true %s are counted so", (_, minutes, said, counted) => {
    const of = facts({ pulls: [aPullRequest({ number: 1 })] });
    const asked = decide(of, emptyQueueState, monday);
    const group = asked.next.groups[0];
    const expected = asked.next.units[1]?.expected;
    expect(expected?.to).toBeGreaterThan(expected?.from ?? 0);
    const landed: Outcome = {
      kind: "landed",
      effect: "land",
      group: group?.id ?? "",
      sha: commit(50),
      tree: commit(51),
    };
    const at = monday + minutes * minute;
    const told = {
      ...asked.next,
      units: {
        1: {
          ...asked.next.units[1],
          expected: { from: monday, to: monday + 20 * minute },
          ...(said && { expectedFirst: said }),
        },
      },
    };
    const decision = decide({ ...of, outcomes: [landed] }, told as typeof asked.next, at);
    expect(decision.next.forecasts).toEqual(counted);
  });
});
