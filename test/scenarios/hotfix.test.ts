import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { git } from "../../src/sandbox/git/git.js";
import { notesPolicy } from "../build/policies.js";
import { startWorld, type TestWorld } from "../world/world.js";

/** CI holds the first group until everything else stands in the queue, so what goes first is the queue's choice. */

let world: TestWorld;
let release = (): void => undefined;
beforeAll(async () => {
  const released = new Promise<void>((done) => (release = done));
  world = await startWorld({
    policy: notesPolicy({ slots: 1 }),
    ci: {
      concurrency: 8,
      decide: async (commit) => {
        if (commit.branch.startsWith("drumline")) await released;
        return "success" as const;
      },
    },
  });
});
afterAll(async () => {
  release();
  await world.end();
});

test("a hotfix that comes last lands before what waited longer", async () => {
  const first = await opens("first");
  await world.until("the first is being tested", () => /being tested/i.test(standing(first)));
  const waiting = [await opens("second"), await opens("third")];
  await world.until("the others wait", () => waiting.every((n) => /queue|tested/i.test(standing(n))));
  const hotfix = await opens("hotfix", ["hotfix"]);
  await world.until("the hotfix is in the queue", () => /queue|tested/i.test(standing(hotfix)));
  release();
  for (const number of [first, ...waiting, hotfix])
    await world.until(`#${number} lands`, () => world.pull(number).merged);
  const order = await landingOrder();
  expect([...order].sort()).toEqual([first, ...waiting, hotfix].sort());
  for (const number of waiting) expect(order.indexOf(hotfix)).toBeLessThan(order.indexOf(number));
});

async function opens(branch: string, labels: readonly string[] = []): Promise<number> {
  const files = { [`notes/${branch}.md`]: `${branch}\n` };
  return (await world.person("alice").opensPullRequest({ branch, files, title: `Add ${branch}`, labels })).number;
}

function standing(number: number): string {
  const check = world.check(number);
  return `${check?.title ?? ""}\n${check?.summary ?? ""}`;
}

/** The numbers of the changes that main holds, in the order in which they were merged. */
async function landingOrder(): Promise<number[]> {
  const said = await git(world.repo.dir, ["log", "--first-parent", "--reverse", "--format=%s", "main"]);
  return [...said.toString().matchAll(/^Merge pull request #(\d+) /gm)].map((m) => Number(m[1]));
}
