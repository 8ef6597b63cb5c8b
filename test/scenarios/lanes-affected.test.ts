import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { addCheckRun } from "../../src/sandbox/actions/checks.js";
import { startWorld, type TestWorld } from "../world/world.js";

/** Lanes by what CI reports of each head, in the text of a check; the reports are the stories' own. */

const policy = `
automatic: { owner: "@carol", downgrade: review, trips: { reverts: 2, days: 30 } }
rules:
  - name: Notes move by themselves
    when: { paths: { only: ["notes/**"] } }
    then: auto
queue:
  checks: [ci/test]
  start: automatically
  slots: 4
  group_size: 1
  # Nothing is tested before its report is there.
  own_checks: affected
  lanes: { affected: { name: affected, app: sandbox-ci } }
`;

let world: TestWorld;
let open = (): void => undefined;
let wait = Promise.resolve();
const built: (readonly string[])[] = [];

beforeAll(async () => {
  world = await startWorld({
    policy,
    files: { "notes/shared.md": "1\n" },
    ci: {
      concurrency: 8,
      decide: async (commit) => {
        if (!commit.branch.startsWith("drumline")) return "success" as const;
        const texts = await Promise.all(["left", "right", "shared"].map((n) => commit.read(`notes/${n}.md`)));
        built.push(texts.flatMap((t) => t?.trim() ?? []));
        await wait;
        return "success" as const;
      },
    },
  });
});
afterAll(async () => {
  open();
  await world.end();
});

test("targets that CI reports let two changes be tested apart and land in parallel", async () => {
  hold();
  const left = await opens("left", { "notes/left.md": "left\n" }, '{"targets": ["left"]}');
  const right = await opens("right", { "notes/right.md": "right\n" }, '["right"]');
  await world.until("both are tested, each by itself", () => holds(["left", "1"]) && holds(["right", "1"]));
  open();
  for (const number of [left, right]) await landed(number);
  expect(built).toHaveLength(2);
});

test("a report that nobody can use: the change overlaps everything, and says so", async () => {
  hold();
  const silent = await opens("silent", { "notes/silent.md": "s\n" }, "Computing what is affected: 3 s");
  await world.until("its check says why", () =>
    summary(silent).includes("what CI reports of its targets could not be used"),
  );
  open();
  await landed(silent);
});

test("wrong reports: what doesn't merge is tested again, and the conflict is found there", async () => {
  hold();
  const before = built.length;
  const first = await opens("first", { "notes/shared.md": "2\n" }, '["one"]');
  const second = await opens("second", { "notes/shared.md": "3\n" }, '["two"]');
  await world.until("both are tested, each by itself", () => {
    const now = built.slice(before).map((b) => b.at(-1));
    return now.includes("2") && now.includes("3");
  });
  open();
  await world.until("one of them landed", () => [first, second].some((n) => world.pull(n).merged));
  const [loser] = world.pull(first).merged ? [second] : [first];
  await world.until("the other is out, for the conflict", () => /conflicts with/.test(summary(loser)));
  expect(world.pull(loser).merged).toBe(false);
});

function hold(): void {
  open();
  wait = new Promise((done) => (open = done));
}

function holds(texts: readonly string[]): boolean {
  return built.some((b) => b.join() === texts.join());
}

/** Opens it with what CI says of its head, as a workflow with `checks: write` posts it. */
async function opens(branch: string, files: Record<string, string>, report: string): Promise<number> {
  const wanted = { branch, files, title: `Change ${branch}` };
  const { number, pull } = await world.person("alice").opensPullRequest(wanted);
  const app = world.sandbox.ci?.app;
  if (app) {
    const output = { title: "Affected", summary: "Targets", text: report, annotations: [] };
    const fields = { conclusion: "success", output };
    await addCheckRun(world.sandbox.world, world.repo, { app, name: "affected", headSha: pull.headSha, fields });
  }
  return number;
}

async function landed(number: number): Promise<void> {
  await world.until(`#${number} lands`, () => world.pull(number).merged);
}

function summary(number: number): string {
  const check = world.check(number);
  return `${check?.title ?? ""}\n${check?.summary ?? ""}`;
}
