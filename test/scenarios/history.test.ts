import { expect, test } from "@jest/globals";
import { pastOf } from "../../src/sandbox/past.js";
import { aChain, eventsOf } from "../build/chain.js";
import { startWorld } from "../world/world.js";

test("a repository's past is in the ledger soon after the installation, and its page says where it comes from", async () => {
  const now = Date.now();
  const past = pastOf(eventsOf(aChain(), { days: 3, seed: 1 }), { origin: now - 4 * 86_400_000 });
  const world = await startWorld({ past });
  try {
    const history = async () => await world.app.reads.history("acme/shop@main");
    await world.until("the past is read", async () => (await history())?.phase === "done");
    const flow = await world.app.reads.flow("acme/shop@main", 0);
    expect(flow.filter((f) => f.event === "opened")).toHaveLength(past.pulls.length);
    expect(flow.filter((f) => f.event === "deployed")).toHaveLength(past.deployments.length);
    const page = await (await fetch(`${world.app.url}/constraint/acme/shop/main`)).text();
    expect(page).toContain(`read from GitHub&#39;s own history (${past.pulls.length} pull requests)`);
    const asked = world.sandbox.requests().byOperation["POST /graphql"] ?? 0;
    expect(asked).toBeLessThan(past.pulls.length / 10 + 5);
  } finally {
    await world.end();
  }
});
