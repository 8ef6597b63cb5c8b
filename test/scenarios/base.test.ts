import { afterEach, describe, expect, test } from "@jest/globals";
import { startWorld, type TestWorld } from "../world/world.js";

/** A base that fails without any change on it: nobody is at fault, the line waits, a hotfix mends it. */

const policy = `
automatic: { owner: "@carol", downgrade: review, trips: { reverts: 2, days: 30 } }
rules:
  - name: Notes move by themselves
    when: { paths: { only: ["notes/**", "broken"] } }
    then: auto
queue: { checks: [ci/test], start: automatically, slots: 2 }
`;

let world: TestWorld;
afterEach(async () => {
  await world.end();
});

describe("a red base", () => {
  test("ejects nobody, says so, and lets the hotfix land that mends it", async () => {
    world = await startWorld({ policy, files: { broken: "yes\n", "notes/0.md": "0\n" } });
    const innocent = (
      await world.person("bob").opensPullRequest({ branch: "note", files: { "notes/1.md": "1\n" }, title: "A note" })
    ).number;
    await world.until("its check says that the branch is red", () =>
      (world.check(innocent)?.summary ?? "").includes("The branch itself has been red"),
    );
    expect(world.pull(innocent).merged).toBe(false);
    const alone = [...(world.sandbox.ci?.records ?? [])].filter((r) => r.branch.startsWith("drumline/main/"));
    expect(alone.every((r) => r.conclusion === "failure")).toBe(true);
    const mend = await world.person("alice").opensPullRequest({
      branch: "mend",
      files: { broken: null },
      title: "Mend main",
      labels: ["hotfix"],
    });
    await world.until("the hotfix lands", () => world.pull(mend.number).merged);
    await world.until("the innocent lands after it", () => world.pull(innocent).merged);
    expect(world.comments(innocent).join()).not.toContain("It failed");
  });
});
