import { describe, expect, test } from "@jest/globals";
import { aFile, commit } from "../../../test/build/facts.js";
import { aCheck, aPullRequest, facts, minute } from "../../../test/build/queue.js";
import { docsPolicy } from "../../../test/build/policies.js";
import { decide } from "../decide.js";
import type { LineEffect, Outcome } from "../model/effect.js";
import { prNumber, type PrNumber, type Sha } from "../model/ids.js";
import { isLineEffect } from "../model/effect.js";
import { read } from "../model/read.js";
import { emptyQueueState, type GroupState, type Landing, type QueueState } from "../queue/state.js";
import { isComposable } from "./compose.js";
import type { Decision } from "./decision.js";
import type { Touched } from "./touched.js";
import { trunkOf } from "./trunk.js";

const these = (...targets: string[]): Touched => ({ kind: "these", targets });
const everything: Touched = { kind: "everything", why: { because: "one-way" } };
const lanes = `${docsPolicy}  group_size: 1\n  lanes: { scopes: { left: docs/left/, right: docs/right/ } }\n`;

describe("may a group that passed on an earlier base be merged onto this one?", () => {
  const landing = (number: number, of: Partial<Landing> = {}): Landing => ({
    ...{ number: prNumber(number), group: `g${number}`, headRef: "b", seq: 0, at: 0, targets: [] },
    ...{ from: commit(1), sha: commit(2), ...of },
  });
  const group: GroupState = {
    ...{ id: "g9", slot: 1, branch: "drumline/main/1", base: 0, lineage: [commit(1)], follows: null, startedAt: 0 },
    ...{ attempt: 1, phase: { kind: "passed", sha: commit(8), tree: commit(9), at: 1 } },
    members: [{ number: prNumber(9), headSha: commit(109), title: "t", headRef: "h" }],
  };
  const control = { ...group, members: [] };
  const composition = { onto: commit(1), parts: ["g1", "g2"] };
  const mine = new Map<PrNumber, Touched>([[prNumber(9), these("right")]]);
  const all = new Map<PrNumber, Touched>([[prNumber(9), everything]]);

  test.each<[string, GroupState, Landing[], ReadonlyMap<PrNumber, Touched> | null, boolean]>([
    ["what landed touches something else", group, [landing(1, { touched: ["left"] })], mine, true],
    ["what landed touches the same", group, [landing(1, { touched: ["left", "right"] })], mine, false],
    ["what landed touches everything", group, [landing(1)], mine, false],
    ["the group touches everything, being one-way or unknown", group, [landing(1, { touched: ["left"] })], all, false],
    ["nobody knows what the group touches", group, [landing(1, { touched: ["left"] })], new Map(), false],
    ["the policy has no lanes", group, [landing(1, { touched: ["left"] })], null, false],
    ["somebody pushed", group, [landing(1, { touched: ["left"], sha: commit(3) })], mine, false],
    ["somebody pushed before", group, [landing(1, { touched: ["left"], from: commit(4) })], mine, false],
    ["a circle, which can't be", group, [landing(1, { touched: ["left"], from: commit(2) })], mine, false],
    ["two landings, one after the other", group, [landing(1, { touched: ["left"], sha: commit(5) }), landing(2, { touched: ["left"], from: commit(5) })], mine, true], // prettier-ignore
    ["two, one of which touches the same", group, [landing(1, { touched: ["right"], sha: commit(5) }), landing(2, { touched: ["left"], from: commit(5) })], mine, false], // prettier-ignore
    ["the base by itself, composed upon", control, [landing(1, { composition })], mine, true],
    ["the base by itself, something tested since", control, [landing(1, { touched: ["left"] })], mine, false],
  ])("%s", (_, of, landed, touched, expected) => {
    const state: QueueState = { ...emptyQueueState, landed };
    expect(isComposable(of, { state, baseSha: commit(2), touched })).toBe(expected);
  });

  test("a member that has landed meanwhile is no stranger to its group", () => {
    const both = { ...group, members: [...group.members, { ...group.members[0]!, number: prNumber(1) }] };
    const place = { kind: "landed", at: 0, sha: commit(2), moved: "auto", told: true } as const;
    const unit = { number: prNumber(1), headSha: commit(101), standing: {}, expected: null, risk: null, heads: [] };
    const state: QueueState = {
      ...emptyQueueState,
      landed: [landing(1, { touched: ["right"] })],
      units: { 1: { ...unit, place, words: 0, said: {}, denied: [], ourLabels: [] } },
    };
    expect(isComposable(both, { state, baseSha: commit(2), touched: mine })).toBe(true);
  });

  test("a base composed upon a red one is red; upon a green one, nobody knows", () => {
    const trunk = { sha: commit(1), at: minute, failures: 1, redUntil: minute, urls: [] };
    const of = (status: "red" | "green", landed: Landing[]) =>
      trunkOf({ ...emptyQueueState, landed, trunk: { ...trunk, status } }, facts({ repo: { baseSha: commit(2) } }))
        .status;
    expect(of("red", [landing(1, { composition })])).toBe("red");
    expect(of("red", [landing(1)])).toBe("unknown");
    expect(of("green", [landing(1, { composition })])).toBe("unknown");
  });
});

/** A queue of two changes that touch nothing in common, played by hand; CI passes whatever is built. */
interface Line {
  readonly state: QueueState;
  readonly baseSha: Sha;
  readonly policy: string;
  readonly now: number;
  readonly outcomes: readonly Outcome[];
  readonly decision: Decision | null;
}

const pulls = ["left", "right"].map((side, i) =>
  aPullRequest({ number: i + 1, files: read([aFile(`docs/${side}/a.md`, { status: "added", deleted: 0 })]) }),
);
const start: Line = { state: emptyQueueState, baseSha: commit(1), policy: lanes, now: minute, outcomes: [], decision: null }; // prettier-ignore

/** One decision; GitHub does what it asks for, in `answer`'s words where it has some. */
function next(line: Line, answer: (effect: LineEffect) => Outcome | null = () => null): Line {
  const shas = line.state.groups.flatMap((g) => (g.phase.kind === "building" ? [built(g.id)] : []));
  const decision = decide(
    facts({
      pulls,
      outcomes: line.outcomes,
      builds: Object.fromEntries(shas.map((sha) => [sha, read([aCheck("success")])])),
      repo: { baseSha: line.baseSha, policy: read({ path: "p", text: line.policy, digest: line.policy }) },
    }),
    line.state,
    line.now,
  );
  const outcomes = decision.effects.flatMap((e) => (isLineEffect(e) ? (answer(e) ?? done(e)) : []));
  const landed = outcomes.find((o) => o.kind === "landed");
  const { now, policy } = line;
  return {
    ...{ state: decision.next, now: now + minute, policy, outcomes, decision },
    baseSha: landed?.kind === "landed" ? landed.sha : line.baseSha,
  };
}

const built = (group: string): Sha => commit(0x20 + Number(group.slice(1)));
const merged = (group: string): Sha => commit(0x40 + Number(group.slice(1)));

function done(effect: LineEffect): Outcome {
  switch (effect.kind) {
    case "build":
      return { kind: "built", effect: effect.id, group: effect.group, sha: built(effect.group), tree: commit(0x60), onto: effect.onto }; // prettier-ignore
    case "compose":
      return { kind: "composed", effect: effect.id, group: effect.group, sha: merged(effect.group), tree: commit(0x61), onto: effect.onto }; // prettier-ignore
    case "land":
      return { kind: "landed", effect: effect.id, group: effect.group, sha: effect.to, tree: effect.tree };
    case "retarget":
      return { kind: "retargeted", effect: effect.id, number: effect.number };
  }
}

const effects = (line: Line) => line.decision?.effects.filter(isLineEffect) ?? [];
const onlyKind = <K extends LineEffect["kind"]>(line: Line, kind: K) =>
  effects(line).filter((e): e is Extract<LineEffect, { kind: K }> => e.kind === kind);

/** Until a line effect of this kind is asked for. */
function until(kind: LineEffect["kind"], line: Line, answer?: (effect: LineEffect) => Outcome | null): Line {
  for (let at = next(line, answer), round = 0; round < 12; round++, at = next(at, answer))
    if (onlyKind(at, kind).length > 0) return at;
  throw new Error(`nobody asked to ${kind}`);
}

describe("two lanes", () => {
  const composing = until("compose", start);

  test("are tested apart; the second is merged onto the first, and lands as that", () => {
    const [effect] = onlyKind(composing, "compose");
    expect(effect).toMatchObject({ onto: composing.baseSha, parts: ["g1", "g2"], group: "g2" });
    expect(effect?.members).toHaveLength(1);
    const landing = next(composing);
    expect(onlyKind(landing, "land")).toEqual([
      expect.objectContaining({ from: composing.baseSha, to: merged("g2"), tree: commit(0x61) }),
    ]);
    const told = next(landing);
    const last = told.decision?.units.find((u) => u.number === effect?.members[0]?.number);
    expect(last?.reasons[0]).toMatchObject({ code: "landed", sha: merged("g2"), parts: ["g1", "g2"] });
    expect(told.state.landed.at(-1)).toMatchObject({ from: composing.baseSha, composition: { parts: ["g1", "g2"] } });
    expect(told.state.landed[0]?.composition).toBeUndefined();
  });

  test("a merge that conflicts is no landing: it is tested again upon the base", () => {
    const refused = next({ ...composing, outcomes: [refusal("compose")] });
    expect(onlyKind(refused, "land")).toEqual([]);
    expect(onlyKind(refused, "build")).toEqual([expect.objectContaining({ onto: composing.baseSha })]);
  });

  test("a base that somebody pushed to meanwhile: it is tested again", () => {
    const pushed = next({ ...composing, baseSha: commit(0x99) });
    expect(onlyKind(pushed, "land")).toEqual([]);
    expect(onlyKind(pushed, "build")).toEqual([expect.objectContaining({ onto: commit(0x99) })]);
  });

  test("a push after the merge, which the fast-forward refuses: it is tested again", () => {
    const landing = next(composing, (e) => (e.kind === "land" ? refusal("land") : null));
    const after = next({ ...landing, baseSha: commit(0x99) });
    expect(onlyKind(after, "build")).toEqual([expect.objectContaining({ onto: commit(0x99) })]);
  });

  test("a pause holds what is merged already", () => {
    const paused = { by: "max", why: "look", at: 0 };
    const held = next({ ...composing, state: { ...composing.state, paused } });
    expect(effects(held)).toEqual([]);
    expect(onlyKind(next({ ...held, state: { ...held.state, paused: null } }), "land")).toHaveLength(1);
  });

  test("lanes that the policy has no longer: it is tested again", () => {
    const strict = next({ ...composing, policy: docsPolicy });
    expect(onlyKind(strict, "land")).toEqual([]);
    expect(onlyKind(strict, "build")).toEqual([expect.objectContaining({ onto: composing.baseSha })]);
  });

  test("other lanes, whose names say nothing of what landed under these: it is tested again", () => {
    const renamed = next({ ...composing, policy: lanes.replace("left:", "west:").replace("right:", "east:") });
    expect(onlyKind(renamed, "land")).toEqual([]);
    const passed = until("land", start);
    const other = next({ ...passed, policy: lanes.replace("left:", "west:") });
    expect(other.state.landed.map((l) => l.touched)).toEqual([undefined]);
    expect(onlyKind(other, "compose")).toEqual([]);
  });

  test("without lanes nothing is ever composed", () => {
    let line: Line = { ...start, policy: docsPolicy };
    for (let i = 0; i < 12; i++) {
      line = next(line);
      expect(onlyKind(line, "compose")).toEqual([]);
    }
    expect(line.state.landedCount).toBe(2);
  });
});

function refusal(what: string): Outcome {
  return { kind: "refused", effect: what, group: "g2", why: "it conflicts" };
}
