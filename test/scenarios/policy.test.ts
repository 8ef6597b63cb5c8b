import { afterEach, describe, expect, test } from "@jest/globals";
import { startWorld, type TestWorld } from "../world/world.js";

/** What policies ask about beyond the change itself, told by the world. */

let world: TestWorld;
afterEach(async () => {
  await world.end();
});

const labelled = `
rules:
  - name: A maintainer lets it go
    why: Somebody looks at the calendar first.
    owner: "@carol"
    then: review
    needs: { label: { name: go, by: "@carol" } }
always: { approvals: 0 }
queue: { checks: [ci/test], start: automatically }
`;

describe("a rule that wants a label by somebody", () => {
  test("is not met by another's label, and is by theirs", async () => {
    world = await startWorld({ policy: labelled });
    const { number } = await world
      .person("alice")
      .opensPullRequest({ branch: "code", files: { "src/a.js": "export const a = 1;\n" }, title: "Add a" });
    await world.until("it waits", () => world.check(number)?.conclusion === "action_required");
    await world.person("bob").labels(number, "go");
    await world.until("the label is there", () => world.pull(number).labels.includes("go"));
    expect(world.pull(number).merged).toBe(false);
    await world.person("bob").unlabels(number, "go");
    await world.person("carol").labels(number, "go");
    await world.until("it lands", () => world.pull(number).merged);
    expect(world.pull(number).labels).toContain("go");
  });
});

const tripping = `
rules:
  - name: Docs move by themselves
    why: A wrong word is put right by the next change.
    owner: "@carol"
    when: { paths: { only: ["docs/**"] } }
    then: auto
    downgrade: review
    trips: { reverts: 1, days: 30 }
queue: { checks: [ci/test], start: automatically }
`;

describe("an automatic rule whose change was taken out again", () => {
  test("stops moving changes by itself", async () => {
    world = await startWorld({ policy: tripping });
    const wrong = await world
      .person("alice")
      .opensPullRequest({ branch: "wrong", files: { "docs/a.md": "helo\n" }, title: "Say helo" });
    await world.until("it lands", () => world.pull(wrong.number).merged);
    const revert = await world.person("alice").opensPullRequest({
      branch: "back",
      files: { "docs/a.md": "" },
      title: 'Revert "Say helo"',
      body: `Reverts acme/shop#${wrong.number}`,
    });
    await world.until("it is taken out", () => world.pull(revert.number).merged);
    const next = await world
      .person("alice")
      .opensPullRequest({ branch: "next", files: { "docs/b.md": "hello\n" }, title: "Say hello" });
    await world.until("it waits for a person", () => world.check(next.number)?.conclusion === "action_required");
    expect(world.check(next.number)?.summary).toContain("too many of its changes went wrong lately");
  });
});

describe("somebody asks for a person", () => {
  test("and is told who it is", async () => {
    world = await startWorld({ policy: labelled });
    const { number } = await world
      .person("alice")
      .opensPullRequest({ branch: "code", files: { "src/a.js": "export const a = 1;\n" }, title: "Add a" });
    await world.until("it waits", () => world.check(number)?.conclusion === "action_required");
    await world.person("alice").comments(number, "@drumline human");
    await world.until("the check names carol", () =>
      summary(number).includes("**alice** asked for a person: **carol**."),
    );
    await world.until("so does the comment", () =>
      world.comments(number).some((c) => c.includes("asked for a person: **carol**")),
    );
    expect(world.pull(number).merged).toBe(false);
  });
});

const proposed = `${tripping}
  # What follows is new.
`.replace('only: ["docs/**"]', 'only: ["docs/**", "src/**"]');

describe("a pull request that changes the policy", () => {
  test("is judged by the old policy, and shows what the new one would do", async () => {
    world = await startWorld({ policy: tripping });
    const code = await world
      .person("alice")
      .opensPullRequest({ branch: "code", files: { "src/a.js": "export const a = 1;\n" }, title: "Add a" });
    await world.until("it waits", () => world.check(code.number)?.conclusion === "action_required");
    const { number } = await world.person("carol").opensPullRequest({
      branch: "policy",
      files: { ".github/drumline.yml": proposed },
      title: "Let code move by itself",
    });
    await world.until("it says what would differ", () => summary(number).includes("1 would have come out differently"));
    expect(summary(number)).toContain(`| #${code.number} Add a | review | auto, may land |`);
    expect(world.check(number)?.conclusion).toBe("action_required");

    await world.person("carol").pushes({ branch: "policy", files: { ".github/drumline.yml": "rules:\n  - whn: 1\n" } });
    await world.until("it says what is wrong", () => summary(number).includes("It is not valid"));
    expect(summary(number)).toContain(".github/drumline.yml:2:");
    const run = [...world.repo.checkRuns.values()].findLast((r) => r.output.summary?.includes("It is not valid"));
    expect(run?.output.annotations).toBeGreaterThan(0);
  });
});

function summary(number: number): string {
  return world.check(number)?.summary ?? "";
}
