import { describe, expect, test } from "@jest/globals";
import { patternsOf } from "../../core/policy/conditions.js";
import { emptyPolicy } from "../../core/policy/defaults.js";
import type { QueueSettings } from "../../core/policy/policy.js";
import { shapes } from "../../core/queue/simulation/shapes.js";
import { lanesAssumed } from "./lanes.js";
import { playOnce, type Manner, type NamedPolicy, type Setting } from "./play.js";
import { rowOf } from "./report.js";
import type { Judgments, PastChange, Source } from "./source.js";

const monday = Date.UTC(2026, 0, 5);
const minute = 60_000;
const manner: Manner = { lanes: "one", judgmentMinutes: 240, perHour: null };

function aSource(changes: readonly PastChange[]): Source {
  return { name: "test", load: shapes.team, changes, epoch: monday, today: null, judge: null, assumed: [] };
}

function aChange(n: number, of: Partial<PastChange> = {}): PastChange {
  return {
    id: `${n}`,
    proposedAt: monday + n * minute,
    judgedMinutes: null,
    paths: [`t${n}/a.ts`],
    oneWay: null,
    good: true,
    ...of,
  };
}

function aPolicy(queue: Partial<QueueSettings>, judgments: Judgments | null = null): NamedPolicy {
  return { name: "p", policy: { ...emptyPolicy, queue: { ...emptyPolicy.queue, ...queue } }, judgments };
}

const setting = (of: Partial<Setting> = {}): Setting => ({
  strategy: "drumline",
  slots: 4,
  groupSize: null,
  policy: null,
  ...of,
});
const verdict = (path: "auto" | "review" | "refuse", count: number) => ({
  path,
  permits: path === "auto",
  asks: count === 0 ? [] : [{ of: ["org/team"], count, question: "?", rule: "r" }],
});

const check = { name: "affected", app: null };
const twenty = Array.from({ length: 20 }, (_, n) => aChange(n));

describe("playing a history", () => {
  test("is deterministic, and another seed is another draw", () => {
    const play = (seed: number) => JSON.stringify(playOnce(aSource(twenty), setting(), { seed, manner }).outcome);
    expect(play(1)).toBe(play(1));
    expect(play(1)).not.toBe(play(2));
  });

  test("lands what its checks passed, ejects what they failed", () => {
    const changes = twenty.map((c, n) => ({ ...c, good: n % 8 !== 3 }));
    const load = { ...shapes.team, flakeProbability: 0, conflictProbability: 0 };
    const { outcome } = playOnce({ ...aSource(changes), load }, setting(), { seed: 1, manner });
    expect([outcome.landed, outcome.ejected, outcome.wronglyEjected]).toEqual([17, 3, 0]);
  });

  test("in one lane takes longer than in lanes of its own folders", () => {
    const p95 = (lanes: Manner["lanes"]) =>
      rowOf({
        setting: setting(),
        runs: [playOnce(aSource(twenty), setting(), { seed: 1, manner: { ...manner, lanes } })],
      }).p95Minutes;
    expect(p95("folders")).toBeLessThan(p95("one"));
  });

  describe("under a policy's lanes", () => {
    const scope = (name: string) => ({ name, paths: patternsOf(`${name}/`) });
    const lanes = { scopes: [scope("web"), scope("api"), scope("docs")], affected: null };
    const names = ["web", "api", "docs"];
    const across = twenty.map((c, n) => ({ ...c, paths: [`${names[n % 3]}/p${n}/a.ts`], good: n % 5 !== 2 }));
    const calm = { ...shapes.team, flakeProbability: 0, conflictProbability: 0 };
    const p95 = (changes: readonly PastChange[], how: Manner["lanes"], policy = aPolicy({ lanes })) => {
      const source = { ...aSource(changes), load: calm };
      const run = playOnce(source, setting({ slots: 3, policy }), { seed: 1, manner: { ...manner, lanes: how } });
      return rowOf({ setting: setting(), runs: [run] }).p95Minutes;
    };

    test("changes of different scopes land in parallel; all in one line where the policy has none", () => {
      expect(p95(across, "policy")).toBeLessThan(p95(across, "one"));
      expect(p95(across, "policy", aPolicy({}))).toBe(p95(across, "one"));
    });

    test("a freeze of one lane holds no other", () => {
      const span = { days: [], hours: null, from: "2026-01-01", to: "2026-12-31", zone: "UTC" };
      const freezes = [{ name: "F", span, lanes: ["web"], except: null }];
      const source = { ...aSource(across), load: calm };
      const of = setting({ policy: aPolicy({ lanes, freezes }) });
      const { outcome } = playOnce(source, of, { seed: 1, manner: { ...manner, lanes: "policy" } });
      expect(outcome.undecided).toBe(across.filter((c) => c.paths[0]?.startsWith("web/")).length);
    });

    test.each([
      ["of one scope", { paths: ["web/a.ts"] }],
      ["of no scope", { paths: ["elsewhere/a.ts"] }],
      ["that decide about others", { paths: ["web/package.json"] }],
      ["that can't be taken back", { oneWay: true }],
    ])("changes %s wait for each other", (_, of) => {
      const changes = across.map((c) => ({ ...c, ...of }));
      expect(p95(changes, "policy")).toBe(p95(changes, "one"));
    });

    test.each([
      ["a drawn load", null, null, ["A drawn load has no paths"]],
      ["a history", across, null, ["can't be taken back is not known", "may clash"]],
      ["what CI reported", across.map((c) => ({ ...c, oneWay: false })), check, ["What CI reported", "may clash"]],
    ])("what is not known of %s is said", (_, changes, affected, words) => {
      const said = lanesAssumed({ changes }, { manner: "policy", lanes: [{ ...lanes, affected }] });
      expect(said).toEqual(words.map((w) => expect.stringContaining(w)));
    });
  });

  test("what a policy lets move waits for nobody, what it asks about does, what it refuses stays away", () => {
    const changes = [aChange(0), aChange(1), aChange(2), aChange(3, { judgedMinutes: 30 })];
    const judgments: Judgments = new Map([
      ["0", verdict("auto", 0)],
      ["1", verdict("review", 2)],
      ["2", verdict("refuse", 0)],
      ["3", verdict("review", 1)],
    ]);
    const run = playOnce(aSource(changes), setting({ policy: aPolicy({}, judgments) }), { seed: 1, manner });
    expect(run.outcome.changes).toBe(3);
    expect(run.judgments).toBe(3);
    expect(run.paths).toEqual({ auto: 1, review: 2, escalate: 0, hold: 0, refuse: 1 });
    expect(run.leadMinutes).toHaveLength(3);
    expect(run.leadMinutes[0]).toBeLessThan(29);
    expect(run.leadMinutes[2]).toBeGreaterThan(30);
  });

  test("nothing lands outside the windows of the policy's calendar", () => {
    // The changes come at midnight; the window opens at nine.
    const nine = { days: [], hours: { from: 540, to: 1020 }, from: null, to: null, zone: "UTC" };
    const policy = aPolicy({ windows: [nine] });
    const { outcome } = playOnce(aSource(twenty.slice(0, 10)), setting({ policy }), { seed: 1, manner });
    const landed = outcome.landedIds.map((id) => outcome.decidedAt.get(id) ?? 0);
    expect(outcome.undecided).toBe(0);
    expect(Math.min(...landed)).toBeGreaterThanOrEqual(540);
  });

  test("groups add no more than the setting says", () => {
    const row = (groupSize: number) => {
      const of = setting({ groupSize });
      return rowOf({ setting: of, runs: [playOnce(aSource(twenty), of, { seed: 1, manner })] });
    };
    expect(row(1).buildsPerLanded).toBeGreaterThanOrEqual(1);
    expect(row(8).buildsPerLanded).toBeLessThan(row(1).buildsPerLanded);
  });
});
