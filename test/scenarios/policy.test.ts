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
