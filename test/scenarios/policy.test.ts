import { afterEach, describe, expect, test } from "@jest/globals";
import type { UnitView } from "../../src/dashboard/views.js";
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

    expect((await unit(number)).proposal?.different).toEqual([
      { number: code.number, title: "Add a", was: "review", is: "auto, may land" },
    ]);
    const page = await (await fetch(`${world.app.url}/units/acme/shop/${number}`)).text();
    expect(page).toContain("<td>auto, may land</td>");
  });

  test.each([
    ["is not valid", "rules:\n  - whn: 1\n", "The policy that it proposes is not valid", ".github/drumline.yml:2:"],
    [
      "fails its own tests",
      `${tripping}tests:\n  - { name: code moves, change: { files: [src/a.js] }, expect: auto }\n`,
      "fails its own tests",
      "test “code moves”: expected auto; got review",
    ],
  ])("that %s cannot land, whoever approves or overrides it", async (_, text, says, where) => {
    world = await startWorld({ policy: tripping });
    const proposes = async (policy: string, how: "opens" | "pushes") => {
      const wanted = { branch: "policy", files: { ".github/drumline.yml": policy } };
      if (how === "opens") return (await world.person("alice").opensPullRequest({ ...wanted, title: "Change" })).number;
      await world.person("alice").pushes(wanted);
      return 0;
    };
    const number = await proposes(text, "opens");
    await world.until("its check fails", () => world.check(number)?.conclusion === "failure");
    expect(summary(number)).toContain(says);
    expect(summary(number)).toContain(where);
    const annotated = [...world.repo.checkRuns.values()].findLast((r) => r.output.summary?.includes(says));
    expect(annotated?.output.annotations).not.toEqual([]);
    await world.person("bob").approves(number);
    await world.person("carol").comments(number, "@drumline override We want it now.");
    await world.until("the override is taken in", async () =>
      JSON.stringify((await unit(number)).verdict).includes('"overridden"'),
    );
    expect(world.check(number)?.conclusion).toBe("failure");
    expect(world.pull(number).merged).toBe(false);

    await proposes(proposed, "pushes");
    await world.until("mended, it waits for people again", () => world.check(number)?.conclusion === "action_required");
    await world.person("bob").approves(number);
    await world.until("and lands", () => world.pull(number).merged);
  });
});

async function unit(number: number): Promise<UnitView> {
  return (await (await fetch(`${world.app.url}/api/v1/units/acme/shop/${number}`)).json()) as UnitView;
}

function summary(number: number): string {
  return world.check(number)?.summary ?? "";
}
