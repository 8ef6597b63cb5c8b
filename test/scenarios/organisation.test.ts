import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Repo } from "../../src/sandbox/state.js";
import { startWorld, type TestWorld } from "../world/world.js";

/** One file in `OWNER/.github` that all of an owner's repositories extend: stories of two of them. */

const everywhere = `
automatic: { owner: "@carol", downgrade: review, trips: { reverts: 2, days: 30 } }
always: { approvals: 1 }
rules:
  - name: Keys are nobody's business
    when: { paths: keys/ }
    then: refuse
    locked: true
queue: { checks: [ci/test], start: automatically }
`;

const here = `
extends: acme/.github
rules:
  - name: Notes move by themselves
    when: { paths: { only: notes/ } }
    then: auto
`;

let world: TestWorld;
let organisation: Repo;
beforeAll(async () => {
  world = await startWorld({ policy: here });
  organisation = await world.sandbox.repository({
    owner: "acme",
    name: ".github",
    files: { "drumline.yml": everywhere },
    collaborators: { alice: "write", carol: "maintain" },
  });
});
afterAll(async () => {
  await world.end();
});

describe("what a whole organisation has agreed on", () => {
  test("holds in each repository, beside its own rules", async () => {
    const note = await opens("note", { "notes/a.md": "a\n" });
    const key = await opens("key", { "keys/a.pem": "public\n" });
    await world.until("the note lands by the repository's own rule", () => world.pull(note).merged);
    await world.until("the key is refused by the organisation's", () => world.check(key)?.conclusion === "failure");
    expect(world.check(key)?.summary).toContain("Keys are nobody's business");
  });

  test("cannot be replaced where it is locked, and the change that tries says so", async () => {
    const number = await opens("replace", {
      ".github/drumline.yml": `${here}  - { name: Keys are nobody's business, when: { paths: keys/ }, then: review }\n`,
    });
    await world.until("its check fails", () => world.check(number)?.conclusion === "failure");
    expect(world.check(number)?.summary).toContain("is locked by acme/.github and cannot be replaced");
  });

  test("is checked as a policy where it is kept", async () => {
    const { number, pull } = await world.sandbox
      .person(organisation, "alice")
      .opensPullRequest({ branch: "wrong", files: { "drumline.yml": "alwayz: {}\n" }, title: "Ask for less" });
    const check = () => [...organisation.checkRuns.values()].findLast((r) => r.headSha === pull.headSha);
    await world.until(`#${number} is refused there`, () => check()?.conclusion === "failure");
    expect(check()?.output.summary).toContain("drumline.yml:1:1:");
    expect(check()?.output.summary).toContain("did you mean");
  });

  test("leaves the last good policy in force when it breaks", async () => {
    await world.sandbox
      .person(organisation, "carol")
      .pushes({ branch: "main", files: { "drumline.yml": "alwayz: {}\n" } });
    await world.sandbox.settled();
    const note = await opens("later", { "notes/b.md": "b\n" });
    await world.until("the note lands all the same", () => world.pull(note).merged);
    await world.until("and the fault is said", () =>
      (world.check(note)?.summary ?? "").includes("the last valid one holds"),
    );
  });
});

async function opens(branch: string, files: Readonly<Record<string, string>>): Promise<number> {
  return (await world.person("alice").opensPullRequest({ branch, files, title: `Change ${branch}` })).number;
}
