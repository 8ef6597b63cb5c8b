import { describe, expect, test } from "@jest/globals";
import { docsPolicy } from "../../../test/build/policies.js";
import { aPullRequest, facts, minute } from "../../../test/build/queue.js";
import { aFile } from "../../../test/build/facts.js";
import { decide } from "../decide.js";
import type { Facts, PaceLessons, PullFacts } from "../facts/facts.js";
import { read } from "../model/read.js";
import { emptyQueueState, type QueueState } from "../queue/state.js";

const hour = 60 * minute;
/** Seven changes fill the buffer of one reviewer who takes an hour for each. */
const buffer = { minutes: 380, supply: 260, variation: 120, bound: null };
const pace: PaceLessons = {
  constraint: "review",
  confidence: 0.9,
  judges: [{ team: "reviewers", people: 1, minutes: 60, lastWeek: 35, buffer }],
  endings: {},
};

const ropeOn = `${docsPolicy}\npace: { rope: on, longest_hold: 48 }\n`;
const source = read([aFile("src/a.ts", { patch: { state: "text", text: "@@ -0,0 +1 @@\n+a();\n" } })]);
const people = Array.from({ length: 12 }, (_, i) => aPullRequest({ number: i + 1, files: source }));
const mason = { login: "mason[bot]", kind: "bot" as const };
const machine = (of: Partial<PullFacts> = {}) => aPullRequest({ files: source, author: mason, ...of, number: 50 });

function world(pulls: readonly PullFacts[], of: { policy?: string; pace?: PaceLessons | null } = {}): Facts {
  const known = of.pace === undefined ? pace : of.pace;
  const empty = facts({ pulls });
  return facts({
    pulls,
    lessons: { ...empty.lessons, ...(known && { pace: known }) },
    repo: { policy: read({ path: ".github/drumline.yml", text: of.policy ?? ropeOn, digest: "p" }) },
  });
}

function look(of: Facts, { state = emptyQueueState, now = 0 }: { state?: QueueState; now?: number } = {}) {
  const decision = decide(of, state, now);
  const unit = decision.units.find((u) => u.number === 50);
  const said = decision.effects.filter((e) => "number" in e && e.number === 50);
  return { decision, unit, codes: unit?.reasons.map((r) => r.code) ?? [], said };
}

describe("the gate", () => {
  test("holds a machine's new work while the buffer before review is full, and says until when", () => {
    const { unit, said, decision } = look(world([...people, machine()]));
    expect(unit?.reasons[0]).toMatchObject({
      code: "gated",
      how: "held",
      station: "review",
      enough: buffer.minutes,
      latest: 48 * hour,
    });
    expect(unit?.next).toEqual(["drumline"]);
    expect(said.find((e) => e.kind === "check")).toMatchObject({ status: "queued", conclusion: null });
    expect(said.some((e) => e.kind === "comment")).toBe(false);
    expect(decision.units.filter((u) => u.reasons[0]?.code === "gated")).toHaveLength(1);
  });

  const passes: [string, Facts][] = [
    ["while the buffer has room", world([...people.slice(0, 3), machine()])],
    ["for people's work", world([...people, machine({ author: { login: "ann", kind: "human" } })])],
    ["for drafts, which stay drafts", world([...people, machine({ draft: true })])],
    ["for what needs no judgment", world([...people, aPullRequest({ number: 50, author: mason })])],
    ["when nothing is known of the pace", world([...people, machine()], { pace: null })],
    ["when demand limits", world([...people, machine()], { pace: { ...pace, constraint: "demand" } })],
    ["when the policy says off", world([...people, machine()], { policy: `${docsPolicy}\npace: { rope: off }\n` })],
    [
      "for what somebody has judged",
      world([
        ...people,
        machine({
          reviews: read([{ id: 1, by: "lea", state: "changes-requested", headSha: null, diffDigest: null, at: 0 }]),
        }),
      ]),
    ],
  ];
  test.each(passes)("is open %s", (_, of) => {
    expect(look(of).codes).not.toContain("gated");
  });

  test("only says what it would do unless the policy turns it on, and asks people all the same", () => {
    const { unit, said } = look(world([...people, machine()], { policy: docsPolicy }));
    expect(unit?.reasons[0]?.code).not.toBe("gated");
    expect(unit?.reasons).toContainEqual(expect.objectContaining({ code: "gated", how: "observed" }));
    expect(said.some((e) => e.kind === "comment")).toBe(true);
  });

  test("says nothing twice while it holds, and lets through when there is room; then it never holds again", () => {
    const held = look(world([...people, machine()]));
    const later = look(world([...people, machine()]), { state: held.decision.next, now: 10 * minute });
    expect(later.said).toEqual([]);
    expect(later.codes).toContain("gated");
    const room = look(world([...people.slice(0, 2), machine()]), { state: later.decision.next, now: 20 * minute });
    expect(room.codes).not.toContain("gated");
    expect(room.said.map((e) => e.kind).sort()).toEqual(["check", "comment"]);
    const full = look(world([...people, machine()]), { state: room.decision.next, now: 30 * minute });
    expect(full.codes).not.toContain("gated");
  });

  test("holds nothing longer than the policy says", () => {
    let state = emptyQueueState;
    let now = 0;
    for (; now < 48 * hour; now += hour) {
      const { codes, decision } = look(world([...people, machine()]), { state, now });
      expect(codes[0]).toBe("gated");
      state = decision.next;
    }
    expect(look(world([...people, machine()]), { state, now }).codes).not.toContain("gated");
  });

  test.each([
    ["a person's wish to queue it lets it through", "ann", "human" as const, false],
    ["a machine's own wish does not", "mason[bot]", "bot" as const, true],
  ])("%s", (_, login, kind, held) => {
    const command = { name: "queue" as const, args: [] };
    const commands = [{ commentId: 1, index: 0, by: { login, kind }, at: 1, command }];
    const of = world([...people, machine({ commands })]);
    const writes = { ann: read("write" as const), "mason[bot]": read("write" as const) };
    expect(look({ ...of, repo: { ...of.repo, permissions: writes } }).codes.includes("gated")).toBe(held);
  });

  test("holds machines' work before deployments, while two of them are full of what landed and is queued", () => {
    const day = 24 * hour;
    const deploys = { last: 0, everyMs: day, weekends: true, waiting: 3 };
    const nothing = { windows: 0, harmed: 0, most: 0, rate: null, lately: false, landed: [] };
    const classes = { irreversible: nothing, recoverable: nothing };
    const lessons = (waiting: number) => ({
      ...facts({}).lessons,
      pace: { ...pace, constraint: "deploy" as const, deployTakes: 2 },
      drum: { by: "deploy" as const, classes, deploys: { ...deploys, waiting } },
    });
    const of = (waiting: number) => ({ ...world([machine()]), lessons: lessons(waiting) });
    expect(look(of(3), { now: hour }).codes).not.toContain("gated");
    const { unit } = look(of(4), { now: hour });
    expect(unit?.reasons[0]).toMatchObject({ code: "gated", station: "deploy", ready: 2880, enough: 2880 });
  });

  test("holds as much before deployments as the chain was found to want", () => {
    const day = 24 * hour;
    const deploys = { last: 0, everyMs: day, weekends: true, waiting: 4 };
    const nothing = { windows: 0, harmed: 0, most: 0, rate: null, lately: false, landed: [] };
    const classes = { irreversible: nothing, recoverable: nothing };
    const sized = (minutes: number) => ({
      ...world([machine()]),
      lessons: {
        ...facts({}).lessons,
        pace: { ...pace, constraint: "deploy" as const, deployTakes: 2, buffer: { ...buffer, minutes } },
        drum: { by: "deploy" as const, classes, deploys },
      },
    });
    expect(look(sized(3 * 1440), { now: hour }).codes).not.toContain("gated");
    expect(look(sized(2 * 1440), { now: hour }).unit?.reasons[0]).toMatchObject({ code: "gated", enough: 2880 });
  });

  test("holds machines' work before a queue that could not build it all, too", () => {
    const builds = { ...pace, constraint: "queue" as const };
    const of = world(
      [
        ...Array.from({ length: 30 }, (_, i) => aPullRequest({ number: i + 1 })),
        aPullRequest({ number: 50, author: mason }),
      ],
      {
        pace: builds,
      },
    );
    const slow = { ...of, lessons: { ...of.lessons, buildMinutes: { median: 300, p95: 400 } } };
    const first = decide(slow, emptyQueueState, 0);
    expect(first.units.find((u) => u.number === 50)?.reasons[0]?.code).not.toBe("gated");
    const known = {
      ...first.next,
      units: Object.fromEntries(Object.entries(first.next.units).filter(([n]) => n !== "50")),
    };
    const { unit } = look(slow, { state: known, now: minute });
    expect(unit?.reasons[0]).toMatchObject({ code: "gated", how: "held", station: "queue" });
  });
});
