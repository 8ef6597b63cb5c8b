import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { utcTime } from "../../src/core/policy/calendar.js";
import { startWorld, type TestWorld } from "../world/world.js";

/** One-way changes land at the pace that production absorbs: one a day while nothing is proven. */

const policy = `
rules:
  - name: One-way doors wait for carol
    when: { reversibility: [irreversible, unknown] }
    needs: { approvals: 1, from: "@carol" }
queue: { checks: [ci/test], start: automatically }
pace: { drum: on, longest_hold: 48 }
`;
let world: TestWorld;
beforeAll(async () => {
  world = await startWorld({ policy });
});
afterAll(async () => {
  await world.end();
});

async function opens(branch: string, files: Record<string, string>): Promise<number> {
  const pull = await world.person("alice").opensPullRequest({ branch, files, title: `Add ${branch}` });
  await world.until(`#${pull.number} is judged`, () => world.check(pull.number) !== null);
  await world.person("carol").approves(pull.number);
  return pull.number;
}

test("the second one-way change waits and says until when; others pass it, and a hotfix does", async () => {
  const first = await opens("first", { "db/migrate/1.sql": "DROP TABLE carts;\n" });
  await world.until("the first lands", () => world.pull(first).merged);
  const second = await opens("second", { "db/migrate/2.sql": "DROP TABLE orders;\n" });
  await world.until("the second waits", () =>
    /cannot be taken back has landed/.test(world.check(second)?.summary ?? ""),
  );
  expect(world.check(second)?.summary).toMatch(
    /It goes on at about \d{4}-\d\d-\d\d \d\d:\d\d UTC, at the latest after/,
  );

  const words = await opens("words", { "notes/words.md": "words\n" });
  await world.until("what can be taken back lands", () => world.pull(words).merged);
  expect(world.pull(second).merged).toBe(false);

  const unit = await (await fetch(`${world.app.url}/api/v1/units/acme/shop/${second}`)).json();
  expect(unit).toMatchObject({ place: "queued", reasons: [{ code: "drum-full" }, {}, {}] });
  // The first took the room for a day from when it came to the queue.
  const { from } = (unit as { expected: { from: number } }).expected;
  expect(from).toBeGreaterThan(Date.now() + 23 * 60 * 60_000);
  expect(world.check(second)?.summary).toContain(`**Expected to land:** between ${utcTime(from)}`);

  await world.person("carol").comments(second, "@drumline queue hotfix");
  await world.until("the hotfix lands", () => world.pull(second).merged);
});

test("where deployments are reported, the next one makes room", async () => {
  for (const name of ["one", "two", "three"]) {
    const number = await opens(name, { [`notes/${name}.md`]: `${name}\n` });
    await world.until(`${name} lands`, () => world.pull(number).merged);
    await deploys();
  }
  const third = await opens("third", { "db/migrate/3.sql": "DROP TABLE baskets;\n" });
  await world.until("the first since the deployment lands", () => world.pull(third).merged);
  const fourth = await opens("fourth", { "db/migrate/4.sql": "DROP TABLE wishes;\n" });
  await world.until("the next waits", () => /since the last deployment/.test(world.check(fourth)?.summary ?? ""));
  await deploys();
  await world.until("it lands after the deployment", () => world.pull(fourth).merged);
});

/** What lies on main goes to production. */
async function deploys(): Promise<void> {
  const id = await posted("deployments", { ref: "main", environment: "production" });
  await posted(`deployments/${id}/statuses`, { state: "success" });
}

async function posted(path: string, body: object): Promise<number> {
  const response = await fetch(`${world.sandbox.url}/repos/acme/shop/${path}`, {
    method: "POST",
    headers: { authorization: "token carol", "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(201);
  return ((await response.json()) as { id: number }).id;
}
