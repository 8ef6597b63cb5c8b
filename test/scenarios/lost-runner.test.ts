import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { notesPolicy } from "../build/policies.js";
import { startWorld, type TestWorld } from "../world/world.js";

/** CI loses its runner under a group, which GitHub calls a failure. A clock that can be put forward lets the wait pass. */

let world: TestWorld;
let ahead = 0;
const realNow = Date.now;
const tried: number[] = [];
const lost = {
  path: ".github",
  line: 1,
  level: "failure",
  title: "",
  message: "The hosted runner: GitHub Actions 5 lost communication with the server. Anything in your workflow…",
} as const;
beforeAll(async () => {
  Date.now = () => realNow() + ahead;
  world = await startWorld({
    policy: notesPolicy({ slots: 1 }),
    ci: {
      decide: (commit) => {
        if (!commit.branch.startsWith("drumline")) return "success";
        tried.push(Date.now());
        return tried.length > 1 ? "success" : { conclusion: "failure", annotations: [lost] };
      },
    },
  });
});
afterAll(async () => {
  Date.now = realNow;
  await world.end();
});

test("a lost runner ejects nobody: the group is tried again after a while, without a test of the base", async () => {
  const number = await opens("a");
  await world.until("its check says that CI broke", () => /tried again at/i.test(summary(number)));
  expect(tried).toHaveLength(1);
  ahead = 3 * 60_000;
  // Anything that happens makes the queue look; by itself it looks each minute.
  const other = await opens("b");
  for (const n of [number, other]) await world.until(`#${n} lands`, () => world.pull(n).merged);
  expect(tried.length).toBeGreaterThan(1);
  expect(world.comments(number)).toEqual([]);
  const asked = world.sandbox.world.requests.filter((r) => r.operation?.endsWith("/annotations"));
  expect(asked).toHaveLength(1);
});

function summary(number: number): string {
  const check = world.check(number);
  return `${check?.title ?? ""}\n${check?.summary ?? ""}`;
}

async function opens(branch: string): Promise<number> {
  const files = { [`notes/${branch}.md`]: `${branch}\n` };
  return (await world.person("alice").opensPullRequest({ branch, files, title: `Add ${branch}` })).number;
}
