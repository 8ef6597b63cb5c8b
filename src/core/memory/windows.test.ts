import { describe, expect, test } from "@jest/globals";
import { prNumber } from "../model/ids.js";
import { deployExpected, windowsOf, type Deployed, type LandedDoor } from "./windows.js";

const hour = 3_600_000;
const day = 24 * hour;

/** `1@3a`: change 1 landed at hour 3 with commit a. */
function landing(text: string): LandedDoor {
  const [, number, at, commit] = /^(\d+)@(\d+)(\w)$/.exec(text) ?? [];
  return {
    number: prNumber(Number(number)),
    at: Number(at) * hour,
    sha: commit ?? null,
    class: "irreversible",
    harmedAt: null,
  };
}

/** `a@5`: commit a was deployed at hour 5; `a@5!`: it failed; `a@5 qa`: to that environment. */
function deploy(text: string): Deployed {
  const [, sha = "", at, failed, environment] = /^(\w)@(\d+)(!?)(?: (\S+))?$/.exec(text) ?? [];
  return { at: Number(at) * hour, sha, environment: environment ?? null, ok: failed !== "!" };
}

function told(landed: string, deployed: string, now = 100): string {
  const of = {
    landed: landed === "" ? [] : landed.split(", ").map(landing),
    deployed: deployed === "" ? [] : deployed.split(", ").map(deploy),
  };
  const { by, past, present } = windowsOf(of, now * hour);
  const numbers = (all: readonly LandedDoor[]) => all.map((l) => l.number).join("+");
  const windows = past.map((w) => `${numbers(w.landed)}${w.rolledBackAt === null ? "" : "!"}`);
  return `${by}: ${[...windows, `(${numbers(present)})`].join(" ")}`;
}

describe("windows", () => {
  const three = "1@1a, 2@11b, 3@21c";
  test.each([
    ["days while nothing is deployed", "1@1a, 2@2b, 3@30c, 4@99d", "", "day: 1+2 3 4 (4)"],
    ["days while two deployments have no rhythm", "1@1a, 2@11b", "a@5, b@15", "day: 1+2 ()"],
    ["a deployment takes what landed up to its commit", `${three}, 4@22d`, "a@5, b@15, c@25", "deploy: 1 2 3 (4)"],
    ["several at once", "1@1a, 2@2b, 3@11c, 4@21d, 5@30e", "b@5, c@15, d@25", "deploy: 1+2 3 4 (5)"],
    ["one that failed is harm", three, "a@5, b@15!, c@25", "deploy: 1 2! 3 ()"],
    ["one that failed and then went well is none", three, "a@5, b@15!, b@16, c@25", "deploy: 1 2 3 ()"],
    ["an earlier commit over it is a rollback of all since", three, "a@5, b@15, c@25, a@26", "deploy: 1 2! 3! ()"],
    ["another place that is behind rolls nothing back", three, "a@5 eu, b@15 eu, a@16 us, c@25 eu", "deploy: 1 2 3 ()"],
    [
      "where there is production, staging says nothing",
      three,
      "a@2 staging, a@5 prod, b@15 prod, c@25 prod",
      "deploy: 1 2 3 ()",
    ],
    ["commits nobody saw land place nothing", three, "x@5, y@15, z@25, a@26", "day: 1+2+3 ()"],
  ])("%s", (_, landed, deployed, expected) => {
    expect(told(landed, deployed)).toBe(expected);
  });

  test("deployments that are reported no longer have no rhythm", () => {
    const deployed = "a@5, b@15, c@25";
    expect(told("1@1a, 2@11b, 3@21c", deployed, 25 + 14 * 24)).toMatch(/^deploy/);
    expect(told("1@1a, 2@11b, 3@21c", deployed, 26 + 14 * 24)).toMatch(/^day/);
  });
});

test.each([
  ["the next", { last: 4 * day, weekends: false }, 0, 4.5, 5],
  ["the one after it", { last: 4 * day, weekends: false }, 1, 4.5, 6],
  ["over a weekend", { last: 8 * day, weekends: false }, 0, 8.5, 11],
  ["on a weekend where that is usual", { last: 8 * day, weekends: true }, 0, 8.5, 9],
  ["overdue", { last: 4 * day, weekends: false }, 0, 5.5, null],
])("the deployment expected: %s", (_, rhythm, nth, now, expected) => {
  // Day 4 is a Monday, day 8 a Friday.
  expect(deployExpected({ everyMs: day, ...rhythm }, nth, now * day)).toBe(expected === null ? null : expected * day);
});
