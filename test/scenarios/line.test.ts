import { afterEach, describe, expect, test } from "@jest/globals";
import { docsPolicy } from "../build/policies.js";
import { startWorld, type TestWorld } from "../world/world.js";

/** One story a test: what people do on GitHub, and what the world becomes. */

let world: TestWorld;
afterEach(async () => {
  await world.end();
});

describe("the line", () => {
  test("a bot's docs change lands by itself, exactly as tested", async () => {
    world = await startWorld({ policy: docsPolicy });
    const pull = await world
      .person("docs-bot")
      .opensPullRequest({ branch: "docs", files: { "docs/a.md": "hello\n" }, title: "Say hello" });
    await world.until("it lands", () => world.pull(pull.number).merged);
    const main = world.sandbox.ci?.records.find((r) => r.sha === pull.pull.merged?.sha);
    expect(main?.conclusion).toBe("success");
    await world.until("its check says so", () => world.check(pull.number)?.title.startsWith("Landed") ?? false);
    expect(world.pull(pull.number).labels).toContain("drumline: reversible");
  });

  test("a change of code waits for a person, and an approval lands it", async () => {
    world = await startWorld({ policy: docsPolicy });
    const pull = await world
      .person("alice")
      .opensPullRequest({ branch: "code", files: { "src/a.js": "export const a = 1;\n" }, title: "Add a" });
    await world.until("it asks for review", () => world.check(pull.number)?.conclusion === "action_required");
    await world.until("the comment asks", () => world.comments(pull.number).length === 1);
    await world.person("bob").approves(pull.number);
    await world.until("it lands", () => world.pull(pull.number).merged);
  });
});
