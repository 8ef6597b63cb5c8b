import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { notesPolicy } from "../build/policies.js";
import { startWorld, type TestWorld } from "../world/world.js";

/** Groups of one change each: CI holds every build until three run at once, so what runs together is the queue's choice. */

let world: TestWorld;
let release = (): void => undefined;
const built: string[][] = [];
beforeAll(async () => {
  const released = new Promise<void>((done) => (release = done));
  world = await startWorld({
    policy: notesPolicy({ slots: 3 }).replace("slots: 3", "slots: 3, group_size: 1"),
    ci: {
      concurrency: 8,
      decide: async (commit) => {
        if (!commit.branch.startsWith("drumline")) return "success" as const;
        built.push((await commit.files()).filter((f) => f.startsWith("notes/")));
        await released;
        return "success" as const;
      },
    },
  });
});
afterAll(async () => {
  release();
  await world.end();
});

test("group_size 1 gives each change a test of its own, upon those still being tested", async () => {
  const numbers = [await opens("a"), await opens("b"), await opens("c")];
  await world.until("three are tested at once", () => built.length === 3);
  const nested = [...built].sort((x, y) => x.length - y.length);
  expect(nested.map((files) => files.length)).toEqual([1, 2, 3]);
  for (const [i, files] of nested.slice(1).entries()) expect(files).toEqual(expect.arrayContaining(nested[i] ?? []));
  release();
  for (const number of numbers) await world.until(`#${number} lands`, () => world.pull(number).merged);
  expect(built).toHaveLength(3);
});

async function opens(branch: string): Promise<number> {
  const files = { [`notes/${branch}.md`]: `${branch}\n` };
  return (await world.person("alice").opensPullRequest({ branch, files, title: `Add ${branch}` })).number;
}
