import { describe, expect, test } from "@jest/globals";
import { always } from "../flow/calendar.js";
import { crewSize } from "./crew.js";
import type { Change, Visit } from "../flow/ledger.js";

const change = { kind: "human", urgent: false } as unknown as Change;

function visit(of: { entered: number; left: number | null; actor: string | null }): Visit {
  return {
    ...of,
    change,
    station: "review",
    team: "team-a",
    nth: 1,
    started: null,
    freeSince: null,
    outcome: of.left === null ? null : "passed",
  };
}

/** Two reviewers, one of whom finished nothing for so many minutes while more waits than both could take. */
function withOneSilentFor(minutes: number): Visit[] {
  const now = 10_000;
  return [
    visit({ entered: 0, left: now - minutes, actor: "silent" }),
    visit({ entered: 0, left: now - 1, actor: "busy" }),
    ...[1, 2, 3].map(() => visit({ entered: 0, left: null, actor: null })),
  ];
}

describe("crewSize", () => {
  const cases: [string, { silent: number; variation: number }, number][] = [
    ["a server that is late by several services counts, where services vary", { silent: 300, variation: 0.85 }, 2],
    ["one that is late by ten does not", { silent: 420, variation: 0.85 }, 1],
    ["where all services take about as long, five are enough", { silent: 200, variation: 0.3 }, 1],
    ["and two are not", { silent: 80, variation: 0.3 }, 2],
    ["a short doubt is none", { silent: 40, variation: 0 }, 2],
  ];
  test.each(cases)("%s", (_, { silent, variation }, servers) => {
    const visits = withOneSilentFor(silent);
    expect(crewSize({ visits, calendar: always, meanService: 40, variation, now: 10_000 })).toBe(servers);
  });

  test("nobody is missed where nothing waits", () => {
    const visits = withOneSilentFor(5000).filter((v) => v.actor !== null);
    expect(crewSize({ visits, calendar: always, meanService: 40, variation: 0.85, now: 10_000 })).toBe(2);
  });
});
