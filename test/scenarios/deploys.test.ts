import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { pastOf } from "../../src/sandbox/past.js";
import { aChain, eventsOf } from "../build/chain.js";
import { startWorld, type TestWorld } from "../world/world.js";

/** A repository whose past says that deployments limit it: one a day, that takes six of twenty changes. */

const day = 86_400_000;
const policy = `
automatic: { owner: "@carol", downgrade: review, trips: { reverts: 2, days: 30 } }
rules:
  - name: Notes move by themselves
    when: { paths: { only: ["notes/**"] } }
    then: auto
queue: { checks: [ci/test], start: automatically }
pace: { drum: on }
`;
/** How far the app's clock is moved on: how to pace a line is worked out anew a minute after nothing was known yet. */
let aheadMs = 0;
const minuteMs = 60_000;
let world: TestWorld;
beforeAll(async () => {
  const deploy = { every: 1440, phase: 960, weekends: true, batch: 6, failed: 0 };
  const events = eventsOf(aChain({ deploy }), { days: 16, seed: 1 });
  const past = pastOf(events, { origin: Date.now() - 16.2 * day });
  world = await startWorld({ policy, past, now: () => Date.now() + aheadMs });
});
afterAll(async () => {
  await world.end();
});

const opens = async (branch: string): Promise<number> => {
  const files = { [`notes/${branch}.md`]: `${branch}\n` };
  return (await world.person("alice").opensPullRequest({ branch, files, title: `Note ${branch}` })).number;
};

test("while more has landed than the next deployment takes, a change waits and says so; a hotfix passes", async () => {
  await world.until(
    "the past is read",
    async () => (await world.app.reads.history("acme/shop@main"))?.phase === "done",
  );
  const view = async () => (await (await fetch(`${world.app.url}/api/v1/constraint/acme/shop/main`)).json()) as View;
  await world.until("the constraint is named", async () => (await view()).constraint === "deploy");
  expect((await view()).brief.drum.deploys).toMatchObject({ takes: 6, zone: "green" });

  aheadMs = 2 * minuteMs;
  // What was found is there for the decision after the next.
  const waits = (number: number) => /deployments limit this line/.test(world.check(number)?.summary ?? "");
  let last = 0;
  await world.until("one waits", async () => {
    last = await opens(`n${Date.now()}`);
    await world.until("it lands or waits", () => world.pull(last).merged || waits(last));
    return waits(last);
  });
  expect(world.check(last)?.summary).toMatch(/\d+ landed changes wait for the next one, and it takes 6/);
  await world.person("carol").comments(last, "@drumline queue hotfix");
  await world.until("the hotfix lands", () => world.pull(last).merged);
});

interface View {
  readonly constraint: string;
  readonly brief: { readonly drum: { readonly deploys: unknown } };
}
