import { describe, expect, test } from "@jest/globals";
import { aFile, aReview, commit } from "../../../test/build/facts.js";
import { docsPolicy } from "../../../test/build/policies.js";
import { aPullRequest, facts, minute } from "../../../test/build/queue.js";
import { decide } from "../decide.js";
import type { Facts, PullFacts } from "../facts/facts.js";
import type { Absorbed, DrumLessons } from "../memory/absorption.js";
import type { PacedClass } from "../model/classification.js";
import { read } from "../model/read.js";
import { emptyQueueState, type QueueState } from "../queue/state.js";

const hour = 60 * minute;
/** A Monday, noon. */
const now = Date.UTC(2026, 10, 2, 12);
const unproven: Absorbed = { windows: 0, harmed: 0, most: 0, rate: null, lately: false };

function drum(landed: Partial<Record<PacedClass, number[]>>, more: Partial<DrumLessons> = {}): DrumLessons {
  const of = (c: PacedClass) => ({ ...unproven, landed: landed[c] ?? [] });
  return {
    by: "day",
    classes: { irreversible: of("irreversible"), recoverable: of("recoverable") },
    deploys: null,
    ...more,
  };
}

/** Approved by ben, and a door of one kind or another. */
function door(number: number, text: string, more: Partial<PullFacts> = {}): PullFacts {
  const patch = { state: "text" as const, text: `@@ -0,0 +1 @@\n+${text}\n` };
  const diffDigest = `${text}-${number}`;
  return aPullRequest({
    number,
    diffDigest,
    files: read([aFile(`db/migrate/${number}.sql`, { status: "added", added: 1, deleted: 0, patch })]),
    reviews: read([aReview("ben", { headSha: commit(100 + number), diffDigest })]),
    ...more,
  });
}
const oneWay = (number: number, more: Partial<PullFacts> = {}) => door(number, "DROP TABLE orders;", more);
const page = (number: number, more: Partial<PullFacts> = {}) => aPullRequest({ number, ...more });
const mason = { login: "mason[bot]", kind: "bot" as const };

interface World {
  readonly pulls: readonly PullFacts[];
  readonly lessons?: Partial<Facts["lessons"]>;
  readonly pace?: string;
}

function look({ pulls, lessons, pace = "drum: on" }: World, state: QueueState = emptyQueueState, at = now) {
  const empty = facts({});
  const policy = read({ path: ".github/drumline.yml", text: `${docsPolicy}\npace: { ${pace} }\n`, digest: pace });
  const decision = decide(facts({ pulls, lessons: { ...empty.lessons, ...lessons }, repo: { policy } }), state, at);
  const built = decision.effects.flatMap((e) => (e.kind === "build" ? e.members.map((m) => Number(m.number)) : []));
  const reasons = (number: number) => decision.units.find((u) => u.number === number)?.reasons ?? [];
  return { decision, built: built.sort(), reasons, first: (number: number) => reasons(number)[0] };
}

describe("the drum of a class", () => {
  const landed = drum({ irreversible: [now - 20 * hour] });

  test("a one-way change waits while as many have landed as production absorbs, and is told until when", () => {
    const { built, first } = look({ pulls: [oneWay(1), page(2)], lessons: { drum: landed } });
    expect(built).toEqual([2]);
    expect(first(1)).toEqual({
      ...{ code: "drum-full", how: "held", class: "irreversible", per: "day", landed: 1, limit: 1 },
      ...{ until: now + 4 * hour, latest: now + 72 * hour },
    });
  });

  test.each<[string, World]>([
    ["while there is room", { pulls: [oneWay(1)], lessons: { drum: drum({}) } }],
    ["when it is a hotfix", { pulls: [oneWay(1, { labels: ["hotfix"] })], lessons: { drum: landed } }],
    [
      "when the policy allows more",
      { pulls: [oneWay(1)], lessons: { drum: landed }, pace: "drum: on, absorbs: { irreversible: 2 }" },
    ],
    ["when the policy says off", { pulls: [oneWay(1)], lessons: { drum: landed }, pace: "drum: off" }],
    ["when the policy only watches", { pulls: [oneWay(1)], lessons: { drum: landed }, pace: "drum: observe" }],
    ["when nobody kept what landed", { pulls: [oneWay(1)] }],
    [
      "when it is recoverable, and nothing was measured of those",
      {
        pulls: [door(1, "ALTER TABLE orders RENAME COLUMN a TO b;")],
        lessons: { drum: drum({ recoverable: [now - hour, now - hour] }) },
      },
    ],
  ])("it is built %s", (_, world) => {
    expect(look(world).built).toEqual([1]);
  });

  test("where the policy only watches, it says what it would have made of it", () => {
    const { reasons } = look({ pulls: [oneWay(1)], lessons: { drum: landed }, pace: "drum: observe" });
    expect(reasons(1).map((r) => r.code)).toContain("drum-full");
    expect(reasons(1)[0]?.code).toBe("testing");
  });

  test("of several one goes, people's before machines'; the others are told the days after", () => {
    const pulls = [oneWay(1, { author: mason }), oneWay(2), oneWay(3)];
    const { built, first } = look({ pulls, lessons: { drum: drum({}) } });
    expect(built).toEqual([2]);
    expect(first(3)).toMatchObject({ code: "drum-full", landed: 0, until: now + 24 * hour });
    expect(first(1)).toMatchObject({ code: "drum-full", until: now + 48 * hour });
  });

  test("nothing waits longer than the policy says", () => {
    const world = { pulls: [oneWay(1)], lessons: { drum: landed }, pace: "drum: on, longest_hold: 3" };
    const first = look(world);
    expect(first.first(1)).toMatchObject({ code: "drum-full", until: now + 3 * hour, latest: now + 3 * hour });
    expect(look(world, first.decision.next, now + 3 * hour).built).toEqual([1]);
  });

  test("by deployment: it waits for the next one, and for nobody knows when once that is overdue", () => {
    const deploys = { last: now - 20 * hour, everyMs: 24 * hour, weekends: true, waiting: 1 };
    const by = { ...landed, by: "deploy" as const };
    const soon = look({ pulls: [oneWay(1)], lessons: { drum: { ...by, deploys } } });
    expect(soon.first(1)).toMatchObject({ code: "drum-full", per: "deploy", until: now + 4 * hour });
    const overdue = { ...deploys, last: now - 30 * hour };
    const late = look({ pulls: [oneWay(1)], lessons: { drum: { ...by, deploys: overdue } } });
    expect(late.first(1)).toMatchObject({ code: "drum-full", until: null });
    expect(late.built).toEqual([]);
  });
});

describe("when what is held is forecast to land", () => {
  const deploys = { last: now - 20 * hour, everyMs: 24 * hour, weekends: true, waiting: 1 };
  const by = (more: Partial<typeof deploys>) => ({
    drum: drum({ irreversible: [now - hour] }, { by: "deploy", deploys: { ...deploys, ...more } }),
  });
  const world = { pulls: [oneWay(1)], lessons: by({}) };
  const first = look(world);
  const told = first.decision.units[0]?.expected;

  test("no earlier than it is expected to go on, and soon after", () => {
    expect(told?.from).toBeGreaterThanOrEqual(now + 4 * hour);
    expect(told?.to).toBeLessThan(now + 6 * hour);
    // Two words of one forecast: the reason says when it goes on.
    expect(first.first(1)).toMatchObject({ until: now + 4 * hour });
  });

  test("while nothing changes it is what was said", () => {
    const later = look(world, first.decision.next, now + hour).decision;
    expect(later.units[0]?.expected).toEqual(told);
    expect(later.next.units[1]?.expectedFirst).toBeUndefined();
  });

  test.each([
    ["the next deployment is expected later", by({ everyMs: 30 * hour }), now + 10 * hour],
    ["it is expected sooner", by({ everyMs: 23 * hour }), now + 3 * hour],
    ["there is room already", { drum: drum({}, { by: "deploy", deploys }) }, now + hour],
  ])("anew when %s", (_, lessons, from) => {
    const { decision } = look({ ...world, lessons }, first.decision.next, now + hour);
    const { expected } = decision.units[0] ?? {};
    expect(expected?.from).toBeGreaterThanOrEqual(from);
    expect(expected?.to).toBeLessThan(from + 2 * hour);
    expect(decision.next.units[1]?.expectedFirst).toEqual(told);
  });

  test("not at all while the deployment is overdue", () => {
    const overdue = look(
      { ...world, lessons: by({ last: now - 30 * hour }) },
      first.decision.next,
      now + hour,
    ).decision;
    expect(overdue.units[0]?.expected).toBeNull();
    expect(overdue.next.units[1]?.expectedFirst).toEqual(told);
  });

  test("what stands behind it and is not held is forecast all the same", () => {
    const held = Array.from({ length: 10 }, (_, i) => oneWay(i + 1));
    const { decision } = look({ ...world, pulls: [...held, page(11)] });
    const { from = 0, to = Infinity } = decision.units.find((u) => u.number === 11)?.expected ?? {};
    expect(from).toBeGreaterThan(now);
    expect(to).toBeLessThan(now + hour);
  });
});

describe("landings when deployments are the constraint", () => {
  const pace = { constraint: "deploy" as const, confidence: 0.9, judges: [], endings: {}, deployTakes: 3 };
  const deploys = { last: now - 20 * hour, everyMs: 24 * hour, weekends: true, waiting: 2 };
  const lessons = { pace, drum: drum({}, { by: "deploy", deploys }) };

  test("land while the next deployment has room, people's first; the rest is told of the one after", () => {
    const { built, first } = look({ pulls: [page(1, { author: mason }), page(2)], lessons });
    expect(built).toEqual([2]);
    expect(first(1)).toEqual({
      ...{ code: "deploy-full", how: "held", waiting: 2, takes: 3 },
      ...{ until: now + 4 * hour, latest: now + 72 * hour },
    });
  });

  test("wait by value while it is full, but for hotfixes", () => {
    const full = { ...lessons, drum: drum({}, { by: "deploy", deploys: { ...deploys, waiting: 3 } }) };
    const labels = ["priority: high"];
    const four = [page(1), page(2), page(3), page(4, { labels }), page(5, { labels: ["hotfix"] })];
    const { built, first } = look({ pulls: four, lessons: full });
    expect(built).toEqual([5]);
    expect(first(4)).toMatchObject({ code: "deploy-full", until: now + 4 * hour });
    // Three go with the next one: the worthier, and of the others the older.
    expect([1, 2, 3].map((n) => first(n))).toMatchObject([
      { until: now + 4 * hour },
      { until: now + 4 * hour },
      { until: now + 28 * hour },
    ]);
  });

  test("are not paced while another station is the constraint", () => {
    const full = drum({}, { by: "deploy", deploys: { ...deploys, waiting: 9 } });
    expect(look({ pulls: [page(1)], lessons: { pace: { ...pace, constraint: "review" }, drum: full } }).built).toEqual([
      1,
    ]);
  });
});
