import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { aFile, commit } from "../../../test/build/facts.js";
import { aCheck, aPullRequest, facts, minute } from "../../../test/build/queue.js";
import { docsPolicy } from "../../../test/build/policies.js";
import { decide } from "../decide.js";
import type { CheckFacts } from "../facts/facts.js";
import { isLineEffect, type LineEffect, type Outcome } from "../model/effect.js";
import { sha as shaOf, type Sha } from "../model/ids.js";
import { read } from "../model/read.js";
import { emptyQueueState } from "../queue/state.js";

/**
 * The rule of lanes, stated once more from scratch over whatever a queue does: what lands is what was tested. A change
 * comes upon the base when a passed build holds it, everything else in that build has landed with it, and nothing on
 * the base that the build doesn't hold shares a target with it.
 */

const scopes = ["a", "b", "c"] as const;
const policy = `${docsPolicy}  slots: 3\n  group_size: 1\n  lanes: { scopes: { a: docs/a/, b: docs/b/, c: docs/c/ } }\n`;

interface Change {
  readonly scopes: readonly string[];
  /** Comes with this decision. */
  readonly at: number;
  readonly good: boolean;
}

const changes = fc.array(
  fc.record({
    // A page of no scope touches everything.
    scopes: fc.subarray([...scopes, "elsewhere"], { minLength: 1, maxLength: 2 }),
    at: fc.nat(6),
    good: fc.boolean().chain((likely) => (likely ? fc.constant(true) : fc.boolean())),
  }),
  { minLength: 3, maxLength: 6 },
);
/** What goes wrong on GitHub, by the number of the effect: it refuses, or somebody pushes first. */
const troubles = fc.array(fc.constantFrom("fine" as const, "fine" as const, "refuses" as const, "push" as const), { minLength: 30, maxLength: 30 }); // prettier-ignore

const runs = process.env["DRUMLINE_TESTS"] === "long" ? 200 : 10;

describe("lanes, whatever happens", () => {
  test("land only what was tested, by parts or whole, and what is good lands in the end", () => {
    fc.assert(
      fc.property(changes, troubles, (all, bad) => {
        const { wrong, landed } = play(all, bad);
        expect(wrong).toEqual([]);
        expect([...landed].sort()).toEqual(all.flatMap((c, i) => (c.good ? [i + 1] : [])));
      }),
      { numRuns: runs },
    );
  });
});

function play(all: readonly Change[], bad: readonly ("fine" | "refuses" | "push")[]) {
  const github = newGitHub(all, bad);
  let state = emptyQueueState;
  let outcomes: readonly Outcome[] = [];
  for (let round = 0; round < 60; round++) {
    const pulls = all.flatMap((c, i) => (c.at <= round && !github.landed.has(i + 1) ? [pullOf(c, i + 1)] : []));
    const repo = { baseSha: github.base(), policy: read({ path: "p", text: policy, digest: "p" }) };
    const decision = decide(facts({ pulls, outcomes, builds: github.checks, repo }), state, (5 * round + 1) * minute);
    state = decision.next;
    outcomes = decision.effects.filter(isLineEffect).map((effect) => github.perform(effect));
  }
  return { wrong: github.wrong, landed: github.landed };
}

function pullOf({ scopes: touched }: Change, number: number) {
  const files = touched.map((scope) => aFile(`docs/${scope}/${number}.md`, { status: "added", deleted: 0 }));
  return aPullRequest({ number, files: read(files) });
}

/** Commits by what they hold, CI that knows which change is bad, and the rule. */
function newGitHub(all: readonly Change[], bad: readonly ("fine" | "refuses" | "push")[]) {
  const content = new Map<Sha, ReadonlySet<number>>([[commit(1), new Set()]]);
  const passed: ReadonlySet<number>[] = [];
  const checks: Record<Sha, { state: "read"; value: readonly CheckFacts[] }> = {};
  const landed = new Set<number>();
  const wrong: string[] = [];
  let base = commit(1);
  let made = 0;
  let asked = 0;
  const add = (holds: ReadonlySet<number>): Sha => {
    const sha = shaOf((++made + 0x1000).toString(16).padStart(40, "0"));
    content.set(sha, holds);
    return sha;
  };
  const overlap = (x: number, y: number): boolean => {
    const [p = [], q = []] = [all[x - 1]?.scopes, all[y - 1]?.scopes];
    return p.includes("elsewhere") || q.includes("elsewhere") || p.some((s) => q.includes(s));
  };
  const isProven = (change: number, after: ReadonlySet<number>): boolean =>
    passed.some(
      (build) =>
        build.has(change) &&
        [...build].every((other) => after.has(other)) &&
        [...after].every((other) => build.has(other) || !overlap(change, other)),
    );
  const land = (effect: Extract<LineEffect, { kind: "land" }>): Outcome => {
    const refused = { kind: "refused", effect: effect.id, group: effect.group, why: "the base has moved" } as const;
    if (bad[asked++ % bad.length] === "push") base = add(content.get(base) ?? new Set());
    if (base !== effect.from) return refused;
    const [before, after] = [content.get(base) ?? new Set<number>(), content.get(effect.to) ?? new Set<number>()];
    for (const change of before) if (!after.has(change)) wrong.push(`#${change} was lost`);
    for (const change of after)
      if (!before.has(change) && !isProven(change, after)) wrong.push(`#${change} landed unproven`);
    base = effect.to;
    for (const { number } of effect.members) landed.add(number);
    return { kind: "landed", effect: effect.id, group: effect.group, sha: effect.to, tree: effect.tree };
  };
  const merge = (effect: Extract<LineEffect, { kind: "build" | "compose" }>): Outcome => {
    if (effect.kind === "compose" && bad[asked++ % bad.length] === "refuses")
      return { kind: "refused", effect: effect.id, group: effect.group, why: "it conflicts" };
    const holds = new Set([...(content.get(effect.onto) ?? []), ...effect.members.map((m) => Number(m.number))]);
    const sha = add(holds);
    const of = { effect: effect.id, group: effect.group, sha, tree: commit(3), onto: effect.onto };
    if (effect.kind === "compose") return { kind: "composed", ...of };
    const isGood = [...holds].every((n) => all[n - 1]?.good);
    if (isGood) passed.push(holds);
    checks[sha] = { state: "read", value: [aCheck(isGood ? "success" : "failure")] };
    return { kind: "built", ...of };
  };
  const perform = (effect: LineEffect): Outcome => {
    if (effect.kind === "land") return land(effect);
    if (effect.kind === "retarget") return { kind: "retargeted", effect: effect.id, number: effect.number };
    return merge(effect);
  };
  return { base: () => base, checks, landed, wrong, perform };
}
