import { expect, test } from "@jest/globals";
import { pastOf } from "../../src/sandbox/past.js";
import { aChain, eventsOf } from "../build/chain.js";
import { startWorld } from "../world/world.js";

const filesOperation = "GET /repos/{owner}/{repo}/pulls/{pull_number}/files";

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
    const landed = past.pulls.filter((p) => p.merged !== null);
    expect(landed.length).toBeGreaterThan(20);
    expect(world.sandbox.requests().byOperation[filesOperation]).toBe(landed.length);
    const asked = world.sandbox.requests().byOperation["POST /graphql"] ?? 0;
    expect(asked).toBeLessThan(past.pulls.length / 10 + 5);
  } finally {
    await world.end();
  }
});

test("what landed there is classified by what it changed, and the drum starts from that", async () => {
  const days = 12;
  const past = pastOf(eventsOf(aChain(), { days, seed: 1 }), { origin: Date.now() - (days + 1) * 86_400_000 });
  const file = { oldPath: null, status: "added" as const, sha: "0".repeat(40), added: 1, deleted: 0 };
  const files = new Map(
    past.pulls.map(({ number }) => {
      const [path, line] =
        number % 3 === 0 ? ["db/migrations/2.sql", "DROP TABLE orders;"] : ["src/a.ts", "let a = 1;"];
      return [Number(number), [{ ...file, path, patch: `@@ -0,0 +1 @@\n+${line}` }]];
    }),
  );
  const world = await startWorld({ past: { ...past, files } });
  try {
    const history = async () => await world.app.reads.history("acme/shop@main");
    await world.until("the past is read", async () => (await history())?.phase === "done");
    const url = `${world.app.url}/constraint/acme/shop/main`;
    await world.until("the drum is there", async () => (await (await fetch(url)).text()).includes("The drum"));
    const { brief } = (await (await fetch(url.replace("/constraint/", "/api/v1/constraint/"))).json()) as View;
    const [oneWay] = brief.drum.classes;
    expect(oneWay?.windows).toBeGreaterThan(2);
    expect(brief.judgment.overReview.changes).toBeGreaterThan(10);
    const page = await (await fetch(url)).text();
    expect(page).toContain("by today&#39;s policy and detectors");
    const landed = past.pulls.filter((p) => p.merged !== null);
    expect((await history())?.classesTotal).toBe(landed.length);
  } finally {
    await world.end();
  }
});

interface View {
  readonly brief: {
    readonly drum: { readonly classes: readonly { readonly windows: number }[] };
    readonly judgment: { readonly overReview: { readonly changes: number } };
  };
}
