import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Store } from "../../src/engine/ports.js";
import { VersionConflict, type Loaded } from "../../src/engine/ports.js";
import { prNumber } from "../../src/core/model/ids.js";
import { emptyQueueState } from "../../src/core/queue/state.js";
import { aBuild, aCheck, aComment, aCommit, aDecision, aDelivery, at, hex, main, repo, someFacts } from "./records.js";
import { testServer, type TestServer, type TestStore } from "./server.js";

let server: TestServer;
beforeAll(async () => {
  server = await testServer();
});
afterAll(async () => await server.stop());

async function withQueue(): Promise<TestStore & { url: string }> {
  const url = await server.database();
  const opened = await server.open({ url, now: () => at });
  await opened.store.know({ queue: main, repo, base: "main", installationId: 7 });
  return { ...opened, url };
}

async function loadNow(store: Store): Promise<Loaded> {
  const loaded = await store.withLease(main, async (lease) => await store.load(lease));
  if (loaded === "busy") throw new Error("busy");
  return loaded;
}

async function commitNow(store: Store, with_: (loaded: Loaded) => Parameters<typeof aCommit>[1] = () => ({})) {
  const done = await store.withLease(main, async (lease) => {
    const loaded = await store.load(lease);
    await store.commit(lease, aCommit(loaded, with_(loaded)));
  });
  expect(done).not.toBe("busy");
}

async function jobKeys(url: string): Promise<string[]> {
  const client = await server.client(url);
  const { rows } = await client.query<{ key: string }>("select key from graphile_worker.jobs order by key");
  return rows.map((row) => row.key);
}

describe("receive", () => {
  test("a delivery is stored once, however often it comes", async () => {
    const { take, readPort } = await withQueue();
    const answers = await Promise.all(Array.from({ length: 8 }, () => take(aDelivery())));
    expect(answers.filter((a) => a === "new")).toHaveLength(1);
    expect(await readPort.ledger({ kinds: ["delivery"], limit: 10 })).toHaveLength(1);
  });

  test("a pull request makes its base a queue and asks for a run of it", async () => {
    const url = await server.database();
    const { store, take } = await server.open({ url });
    await take(aDelivery({ bases: ["release/1"] }));
    expect(await store.queues()).toEqual([
      { queue: "acme/shop@release/1", repo, base: "release/1", installationId: 7 },
    ]);
    expect(await jobKeys(url)).toEqual(["run-queue:acme/shop@release/1"]);
  });

  test("another event asks for runs of known queues only", async () => {
    const { store, take, url } = await withQueue();
    await take(aDelivery({ id: "p", event: "push", bases: ["main", "topic"] }));
    await take(aDelivery({ id: "c", event: "check_run", bases: "all" }));
    await take(aDelivery({ id: "o", event: "check_run", bases: "all", repo: "acme/other" }));
    await take(aDelivery({ id: "n", event: "ping", bases: "all", repo: null, installationId: null }));
    expect(await store.queues()).toHaveLength(1);
    expect(await jobKeys(url)).toEqual([`run-queue:${main}`]);
  });

  test("texts that SQL would choke on are kept letter for letter", async () => {
    const { store, take } = await withQueue();
    const nasty = "a\u0000b \ud800 'quoted' \\u0000 \u{1f600}";
    const witness = {
      kind: "comment",
      key: "comment:1",
      number: prNumber(12),
      commentId: 1,
      by: "zoe",
      byType: "User",
      body: nasty,
      at,
    } as const;
    await take(
      aDelivery({
        witnessed: [witness],
        flow: [{ at, number: prNumber(12), event: "opened", data: { nasty } }],
      }),
    );
    expect((await loadNow(store)).witnesses).toEqual([witness]);
    await store.keep(repo, [{ key: "k", etag: '"e"', body: { nasty }, fetchedAt: at }]);
    expect((await store.resources(repo, ["k"])).get("k")?.body).toEqual({ nasty });
  });

  test("the first witness of a key stays", async () => {
    const { store, take } = await withQueue();
    const head = (digit: string) =>
      ({ kind: "head", key: "head:1", number: prNumber(12), sha: hex(digit), at }) as const;
    await take(aDelivery({ id: "1", witnessed: [head("1"), head("2")] }));
    await take(aDelivery({ id: "2", witnessed: [head("3")] }));
    expect((await loadNow(store)).witnesses).toEqual([head("1")]);
  });

  test("flow is read back for the queue it belongs to", async () => {
    const { take, readPort } = await withQueue();
    const step = (event: string) => ({ at, number: prNumber(12), event, data: { by: "zoe" } });
    await take(aDelivery({ id: "1", flow: [step("opened")] }));
    await take(aDelivery({ id: "2", flow: [step("reviewed")], bases: "all" }));
    await take(aDelivery({ id: "3", flow: [step("elsewhere")], bases: ["release"] }));
    expect((await readPort.flow(main, at)).map((f) => f.event)).toEqual(["opened", "reviewed"]);
    expect(await readPort.flow(main, at + 1)).toEqual([]);
  });
});

describe("lease", () => {
  test("two ask, one gets it; the other is told at once", async () => {
    const { store, url } = await withQueue();
    const other = await server.open({ url });
    let inside = 0;
    const answers = await Promise.all(
      [store, other.store, store, other.store].map(
        async (s) =>
          await s.withLease(main, async () => {
            inside += 1;
            await new Promise((done) => setTimeout(done, 100));
            return "ran";
          }),
      ),
    );
    expect(answers.sort()).toEqual(["busy", "busy", "busy", "ran"]);
    expect(inside).toBe(1);
    expect(await other.store.withLease(main, () => Promise.resolve("ran"))).toBe("ran");
  });

  test("other queues are not held up", async () => {
    const { store } = await withQueue();
    const answer = await store.withLease(
      main,
      async () => await store.withLease("acme/shop@dev", () => Promise.resolve("ran")),
    );
    expect(answer).toBe("ran");
  });

  test("work that fails gives it back, and a lease given back is no lease", async () => {
    const { store } = await withQueue();
    await expect(store.withLease(main, () => Promise.reject(new Error("boom")))).rejects.toThrow("boom");
    const old = await store.withLease(main, (lease) => Promise.resolve(lease));
    if (old === "busy") throw new Error("busy");
    await expect(store.load(old)).rejects.toThrow("is over");
  });

  test("a connection that breaks loses the lease and with it the right to commit", async () => {
    const { store, url } = await withQueue();
    const admin = await server.client(url);
    const ran = store.withLease(main, async (lease) => {
      const loaded = await store.load(lease);
      await admin.query("select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory'");
      await store.commit(lease, aCommit(loaded));
    });
    await expect(ran).rejects.toThrow();
    expect((await loadNow(store)).version).toBe(0);
  });
});

describe("commit", () => {
  test("state, version, good policy and record are there afterwards, exactly", async () => {
    const { store, readPort } = await withQueue();
    const goodPolicy = { path: ".github/drumline.yml", text: "version: 1\n", digest: "p1" };
    const next = { ...emptyQueueState, nextGroup: 9, paused: { by: "zoe", why: "\u0000", at } };
    await commitNow(store, () => ({ goodPolicy, decision: aDecision({ next }) }));
    const loaded = await loadNow(store);
    expect(loaded).toMatchObject({ version: 1, state: next, lastGoodPolicy: goodPolicy });
    await commitNow(store);
    expect((await loadNow(store)).lastGoodPolicy).toEqual(goodPolicy);
    const record = await readPort.lastDecisionAbout(repo, prNumber(12));
    expect(JSON.stringify(record?.facts)).toBe(JSON.stringify(someFacts()));
    expect(record).toMatchObject({ queue: main, version: 2, at, policyDigest: "p0", baseSha: hex("b") });
    expect(JSON.stringify(record?.previous)).toBe(JSON.stringify(next));
  });

  test("a commit on an old version is refused whole", async () => {
    const { store, readPort } = await withQueue();
    const late = await loadNow(store);
    await commitNow(store);
    const refused = store.withLease(
      main,
      async (lease) => await store.commit(lease, aCommit(late, { decision: aDecision({ effects: [aBuild("late")] }) })),
    );
    await expect(refused).rejects.toThrow(VersionConflict);
    expect((await loadNow(store)).pending).toEqual([]);
    expect(await readPort.decisions(main, { limit: 10 })).toHaveLength(1);
  });

  test("a decision that repeats the last one is not recorded again", async () => {
    const { store, readPort } = await withQueue();
    for (let i = 0; i < 5; i += 1) await commitNow(store, () => ({ now: at + i }));
    expect(await readPort.decisions(main, { limit: 10 })).toHaveLength(1);
    expect(await readPort.ledger({ queue: main, limit: 10 })).toHaveLength(2);
    expect((await loadNow(store)).version).toBe(5);
  });

  test("only verdicts that changed are noted", async () => {
    const { store, readPort } = await withQueue();
    await commitNow(store);
    await commitNow(store, () => ({ decision: aDecision({ policyDigest: "p2" }) }));
    expect(await readPort.ledger({ number: prNumber(12), kinds: ["verdict"], limit: 10 })).toHaveLength(1);
  });
});

describe("outbox", () => {
  test("line effects are pending, due in the order they were decided, until settled", async () => {
    const { store, url } = await withQueue();
    await commitNow(store, () => ({ decision: aDecision({ effects: [aBuild("b2", "2"), aBuild("b1", "1")] }) }));
    const due = async () =>
      (await store.withLease(main, async (lease) => await store.dueLine(lease, at))) as readonly {
        effect: { id: string };
        attempts: number;
      }[];
    expect((await due()).map((row) => row.effect.id)).toEqual(["b2", "b1"]);
    await store.attempting(main, "b2");
    expect((await due())[0]?.attempts).toBe(1);
    const built = { kind: "built", effect: "b2", group: "2", sha: hex("c"), tree: hex("d"), onto: hex("b") } as const;
    await store.settle(main, built);
    await store.settle(main, built);
    expect((await due()).map((row) => row.effect.id)).toEqual(["b1"]);
    expect(await jobKeys(url)).toEqual([`run-queue:${main}`]);
    const loaded = await loadNow(store);
    expect(loaded.outcomes).toEqual([built]);
    expect(loaded.pending.map((e) => e.id)).toEqual(["b1"]);
    await commitNow(store);
    expect((await loadNow(store)).outcomes).toEqual([]);
  });

  test("outcomes that the decision did not see wait for the next", async () => {
    const { store } = await withQueue();
    await commitNow(store, () => ({ decision: aDecision({ effects: [aBuild("b1"), aBuild("b2", "2")] }) }));
    const refused = (effect: string) => ({ kind: "refused", effect, group: "1", why: "moved" }) as const;
    await store.settle(main, refused("b1"));
    const early = await loadNow(store);
    await store.settle(main, refused("b2"));
    await store.withLease(main, async (lease) => await store.commit(lease, aCommit(early)));
    expect((await loadNow(store)).outcomes).toEqual([refused("b2")]);
  });

  test("a known id changes nothing", async () => {
    const { store } = await withQueue();
    const wish = () =>
      commitNow(store, () => ({ decision: aDecision({ effects: [aBuild("b1"), aComment("c1", "x")] }) }));
    await wish();
    await store.settle(main, { kind: "failed", effect: "b1", group: "1", why: "no" });
    await store.settle(main, { kind: "posted", effect: "c1", githubId: 5 });
    await wish();
    expect((await loadNow(store)).pending).toEqual([]);
    expect(await store.dueWords(main, at)).toEqual([]);
  });

  test("newer words take the place of older ones that still wait", async () => {
    const { store, url } = await withQueue();
    const say = (id: string) =>
      commitNow(store, () => ({ decision: aDecision({ effects: [aComment(id, id), aCheck(`k${id}`)] }) }));
    await say("1");
    await say("2");
    const due = await store.dueWords(main, at);
    expect(due.map((row) => row.effect.id)).toEqual(["2", "k2"]);
    expect(await jobKeys(url)).toContain(`publish:${main}`);
  });

  test("and so do words that come with the clock, while nothing was decided between them", async () => {
    const { store } = await withQueue();
    await commitNow(store);
    const day = 86_400_000;
    await store.say(main, { effects: [aComment("tuesday", "t")], now: at });
    await store.say(main, { effects: [aComment("wednesday", "w")], now: at + day });
    expect((await store.dueWords(main, at + day)).map((row) => row.effect.id)).toEqual(["wednesday"]);
  });

  test("words said before are said again once something else was said since", async () => {
    const { store } = await withQueue();
    const say = (id: string) => commitNow(store, () => ({ decision: aDecision({ effects: [aComment(id, id)] }) }));
    await say("yes");
    await store.settle(main, { kind: "posted", effect: "yes", githubId: 5 });
    await say("no");
    await say("yes");
    const due = await store.dueWords(main, at);
    expect(due).toMatchObject([{ effect: { id: "yes" }, attempts: 0, posted: { githubId: 5, headSha: null } }]);
  });

  test("words overtaken while they were being posted may be there: whatever follows looks first", async () => {
    const { store } = await withQueue();
    const say = (id: string) => commitNow(store, () => ({ decision: aDecision({ effects: [aComment(id, id)] }) }));
    await say("yes");
    await store.attempting(main, "yes");
    await say("no");
    expect(await store.dueWords(main, at)).toMatchObject([{ effect: { id: "no" }, attempts: 1, posted: null }]);
    await say("yes");
    expect(await store.dueWords(main, at)).toMatchObject([{ effect: { id: "yes" }, attempts: 1, posted: null }]);
  });

  test("a check remembers the head it stands on", async () => {
    const { store } = await withQueue();
    await commitNow(store, () => ({ decision: aDecision({ effects: [aCheck("k1", "1")] }) }));
    await store.settle(main, { kind: "posted", effect: "k1", githubId: 99 });
    await commitNow(store, () => ({ decision: aDecision({ effects: [aCheck("k2", "2")] }) }));
    expect(await store.dueWords(main, at)).toMatchObject([{ posted: { githubId: 99, headSha: hex("1") } }]);
  });

  test("postponed effects come back at their time, with a job then", async () => {
    const { store, url } = await withQueue();
    await commitNow(store, () => ({ decision: aDecision({ effects: [aBuild("b1"), aComment("c1", "x")] }) }));
    await store.postpone(main, "b1", { until: at + 5000, why: "limited" });
    await store.postpone(main, "c1", { until: at + 7000, why: "limited" });
    expect(await store.withLease(main, async (lease) => await store.dueLine(lease, at + 4999))).toEqual([]);
    expect(await store.withLease(main, async (lease) => await store.dueLine(lease, at + 5000))).toHaveLength(1);
    expect(await store.dueWords(main, at + 6999)).toEqual([]);
    expect(await store.dueWords(main, at + 7000)).toHaveLength(1);
    expect(await jobKeys(url)).toEqual([
      `publish:${main}`,
      `publish:${main}@${at / 1000 + 7}`,
      `run-queue:${main}@${at / 1000 + 5}`,
    ]);
  });

  test("an outcome of an effect that nobody decided is a bug", async () => {
    const { store } = await withQueue();
    await expect(store.settle(main, { kind: "posted", effect: "nope", githubId: 1 })).rejects.toThrow("never decided");
  });
});

describe("resources", () => {
  test("a mark made since the request was sent stays when the answer is kept", async () => {
    const { store } = await withQueue();
    const answer = (fetchedAt: number) => ({ key: "pulls/1", etag: '"1"', body: { fetchedAt }, fetchedAt });
    const stale = async () => (await store.resources(repo, ["pulls/1"])).get("pulls/1")?.stale;
    await store.keep(repo, [answer(at - 10)]);
    expect(await stale()).toBe(false);
    await store.markStale(repo, ["pulls/1"]);
    expect(await stale()).toBe(true);
    await store.keep(repo, [answer(at - 5)]);
    expect(await stale()).toBe(true);
    await store.keep(repo, [answer(at + 1)]);
    expect(await stale()).toBe(false);
    await store.keep(repo, [answer(at - 1)]);
    expect((await store.resources(repo, ["pulls/1"])).get("pulls/1")?.body).toEqual({ fetchedAt: at + 1 });
  });

  test("a delivery's mark counts for an answer that is still on its way, and is no answer itself", async () => {
    const { store, take } = await withQueue();
    await take(aDelivery({ stale: ["a", "b", "a"] }));
    const told = await store.resources(repo, ["a", "b"]);
    expect([...told.values()].map(({ body, stale }) => ({ body, stale }))).toEqual(
      Array.from({ length: 2 }, () => ({ body: null, stale: true })),
    );
    await store.keep(repo, [{ key: "a", etag: null, body: 1, fetchedAt: at }]);
    expect((await store.resources(repo, ["a"])).get("a")).toEqual({
      key: "a",
      etag: null,
      body: 1,
      fetchedAt: at,
      toldAt: at,
      stale: true,
    });
  });
});

describe("ledger", () => {
  test.each(["update drumline.ledger set kind = 'x'", "delete from drumline.ledger", "truncate drumline.ledger"])(
    "refuses %s",
    async (statement) => {
      const { take, url } = await withQueue();
      await take(aDelivery());
      const client = await server.client(url);
      await expect(client.query(statement)).rejects.toThrow("append-only");
    },
  );

  test("tells a work unit's story, newest first, page by page", async () => {
    const { store, take, readPort } = await withQueue();
    await take(aDelivery({ flow: [{ at, number: prNumber(12), event: "opened", data: {} }] }));
    await commitNow(store, () => ({ decision: aDecision({ effects: [aComment("c1", "x")] }) }));
    await store.settle(main, { kind: "posted", effect: "c1", githubId: 5 });
    const all = await readPort.ledger({ queue: main, number: prNumber(12), limit: 10 });
    expect(all.map((e) => e.kind)).toEqual(["outcome", "effect", "verdict", "delivery"]);
    const before = all[1]?.id ?? 0;
    const page = await readPort.ledger({ queue: main, number: prNumber(12), limit: 1, before });
    expect(page.map((e) => e.kind)).toEqual(["verdict"]);
  });
});

describe("prune", () => {
  test("forgets what is old, keeps what still explains", async () => {
    const url = await server.database();
    let now = at;
    const { store, take, readPort, prune } = await server.open({ url, now: () => now });
    await take(aDelivery({ stale: ["gone"] }));
    for (const policyDigest of ["p1", "p2", "p3"])
      await commitNow(store, () => ({ now, decision: aDecision({ policyDigest }) }));
    now = at + 500 * 86_400_000;
    const gone = await prune();
    expect(gone).toMatchObject({ deliveries: 1, decisions: 2, resources: 1 });
    expect(gone["blobs"]).toBeGreaterThan(0);
    const record = await readPort.lastDecisionAbout(repo, prNumber(12));
    expect(record?.policyDigest).toBe("p3");
    expect(JSON.stringify(record?.facts)).toBe(JSON.stringify(someFacts()));
    expect(await readPort.ledger({ limit: 10 })).toHaveLength(5);
  });
});
