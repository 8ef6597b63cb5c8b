import { createHmac, randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { notesPolicy } from "../build/policies.js";
import { startWorld, type TestWorld } from "../world/world.js";

/** What comes over HTTP from people and machines that are not GitHub, or not well. */

const policy = notesPolicy({ slots: 4 });
const policyPath = ".github/drumline.yml";

let world: TestWorld;
beforeAll(async () => {
  world = await startWorld({ policy });
});
afterAll(async () => {
  await world.end();
});

describe("webhooks that are not what they should be", () => {
  const cases: readonly (readonly [string, number, () => Promise<Response>])[] = [
    ["unsigned", 400, async () => await post("{}", {})],
    ["wrongly signed", 400, async () => await post("{}", { "x-hub-signature-256": `sha256=${"0".repeat(64)}` })],
    ["signed with another secret", 400, async () => await post("{}", signed("{}", "not the secret"))],
    ["changed after it was signed", 400, async () => await post('{"a":1}', signed('{"a":2}'))],
    ["malformed JSON, rightly signed", 400, async () => await post('{"a":', signed('{"a":'))],
    ["not an object", 400, async () => await post("17", signed("17"))],
    ["26 MB", 413, async () => await post(large, signed(large))],
    ["without a delivery id", 400, async () => await post("{}", { ...signed("{}"), "x-github-delivery": "" })],
  ];
  test.each(cases)("%s: refused", async (_, status, send) => {
    const before = await deliveries();
    const response = await send();
    expect([status, status === 413 ? 413 : 401]).toContain(response.status);
    expect(await deliveries()).toBe(before);
  });

  test("an event that nobody knows is taken and does nothing", async () => {
    const body = JSON.stringify({ action: "invented", repository: { full_name: "acme/shop" } });
    const response = await post(body, { ...signed(body), "x-github-event": "something_new" });
    expect(response.status).toBeLessThan(300);
  });

  test("an event whose payload lacks what it should hold is taken and does nothing", async () => {
    const body = JSON.stringify({ action: "opened", pull_request: { number: "one" }, repository: null });
    const response = await post(body, signed(body));
    expect(response.status).toBeLessThan(300);
  });

  test("the same delivery a hundred times is one", async () => {
    const before = await deliveries();
    const body = JSON.stringify({ zen: "Keep it logically awesome." });
    const headers = { ...signed(body), "x-github-event": "ping" };
    const answers = await Promise.all(Array.from({ length: 100 }, async () => await post(body, headers)));
    expect(answers.every((a) => a.ok)).toBe(true);
    expect(await deliveries()).toBe(before + 1);
  });

  test("the app still answers and works", async () => {
    expect((await fetch(`${world.app.url}/readyz`)).ok).toBe(true);
    const pull = await note("after-all-that");
    await world.until("it lands", () => world.pull(pull).merged);
  });
});

describe("a policy that is not what it should be", () => {
  test("without a policy that parses the last good one holds, and the check shows the fault with its line", async () => {
    const broken = policy.replace("then: auto", "then: perhaps");
    await world.person("carol").pushes({ branch: "main", files: { [policyPath]: broken } });
    const number = await note("under-the-last-good-one");
    await world.until("it lands by the last good policy", () => world.pull(number).merged);
    await world.until("the fault is said", () =>
      (world.check(number)?.summary ?? "").includes("the last valid one holds"),
    );
    expect(world.check(number)?.summary).toMatch(/drumline\.yml:6:\d+/);
    await world.person("carol").pushes({ branch: "main", files: { [policyPath]: policy } });
  });

  test("a repository without a policy has a safe default, and the check says so", async () => {
    const bare = await world.sandbox.repository({
      owner: "acme",
      name: "bare",
      collaborators: { alice: "write", bob: "write" },
    });
    const alice = world.sandbox.person(bare, "alice");
    const pull = await alice.opensPullRequest({ branch: "a", files: { "notes/a.md": "a\n" }, title: "Add a" });
    const check = () =>
      [...bare.checkRuns.values()].findLast((r) => r.headSha === pull.pull.headSha && r.name === "Drumline");
    await world.until("it says so", () => (check()?.output.summary ?? "").includes("the safe default holds"));
    expect(check()?.conclusion).toBe("action_required");
    await world.sandbox.person(bare, "bob").approves(pull.number);
    await world.sandbox.person(bare, "bob").comments(pull.number, "@drumline queue");
    await world.until("it lands once asked for", () => pull.pull.merged !== null);
  });
});

const large = JSON.stringify({ padding: "x".repeat(26 * 1024 * 1024) });

function signed(body: string, secret = world.sandbox.app.hookSecret): Record<string, string> {
  return {
    "x-hub-signature-256": `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`,
    "x-github-delivery": randomUUID(),
  };
}

async function post(body: string, headers: Record<string, string>): Promise<Response> {
  const id = { "x-github-event": "pull_request", "x-github-delivery": randomUUID() };
  return await fetch(world.app.webhookUrl, {
    method: "POST",
    body,
    headers: { "content-type": "application/json", ...id, ...headers },
  });
}

async function deliveries(): Promise<number> {
  await world.sandbox.settled();
  return (await world.app.reads.counts())["deliveries"] ?? 0;
}

async function note(name: string): Promise<number> {
  const files = { [`notes/${name}.md`]: "x\n" };
  return (await world.person("alice").opensPullRequest({ branch: name, files, title: `Note ${name}` })).number;
}
