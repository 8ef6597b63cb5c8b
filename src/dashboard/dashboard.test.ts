import { describe, expect, test } from "@jest/globals";
import { recordedFlow } from "../../test/build/recorded.js";
import { aFile, aPull } from "../../test/build/facts.js";
import { facts } from "../../test/build/queue.js";
import { readsOf } from "../../test/build/reads.js";
import { read } from "../core/model/read.js";
import { prNumber } from "../core/model/ids.js";
import type { FlowRecord } from "../engine/ports.js";
import type { ConstraintView } from "./constraint-view.js";
import { newSearch } from "../engine/constraint-search.js";
import { memoryOf } from "../engine/lessons.js";
import { dashboard } from "./server.js";
import type { QueueView, UnitView } from "./views.js";

const monday = Date.UTC(2026, 2, 2);
const day = 86_400_000;
const now = monday + 20 * day + 60_000;

const hostile = `<script>alert(1)</script> & "two" [link](javascript:alert(2)) **bold** \`code\``;
const known = facts({
  pulls: [
    aPull({
      title: hostile,
      files: read([aFile("db/<img src=x onerror=alert(3)>.sql", { patch: { state: "text", text: "+DROP TABLE a;" } })]),
    }),
  ],
});

function app(options: { flow?: readonly FlowRecord[]; token?: string; ready?: boolean } = {}) {
  const reads = readsOf(known, { now, ...(options.flow && { flow: options.flow }) });
  const ready = () => Promise.resolve(options.ready ?? true);
  return dashboard({
    reads,
    search: newSearch(),
    risk: memoryOf(reads),
    ready,
    now: () => now,
    token: options.token ?? null,
  });
}

async function text(path: string, of = app()): Promise<string> {
  const response = await of.request(path);
  expect(response.status).toBe(200);
  return await response.text();
}

async function json<T>(path: string, of = app()): Promise<T> {
  return JSON.parse(await text(path, of)) as T;
}

const where = "acme/shop/main";

describe("pages and API", () => {
  test.each([
    ["/", "Waits for people"],
    [`/queues/${where}`, "The constraint of this line"],
    ["/units/acme/shop/1", "Where it stands, and why"],
    [`/constraint/${where}`, "Too early to name a constraint"],
    [`/reviews/${where}`, "1 change waits for judgment"],
    [`/risk/${where}`, "Too few changes have matured"],
    ["/metrics", "drumline_units"],
    ["/metrics", 'drumline_risk_drifted{queue="acme/shop@main"} 0'],
    ["/metrics", 'drumline_forecasts_total{queue="acme/shop@main",held="yes"} 0'],
    ["/metrics", 'drumline_base_red{queue="acme/shop@main"} 0'],
    ["/healthz", "ok"],
    ["/readyz", "ready"],
  ])("%s says %s", async (path, words) => {
    expect(await text(path)).toContain(words);
  });

  test.each([
    "/queues/acme/shop/other",
    "/units/acme/shop/9",
    "/constraint/acme/shop/other",
    "/reviews/acme/shop/other",
    "/risk/acme/shop/other",
    "/nowhere",
  ])("%s is not found, and says so", async (path) => {
    const response = await app().request(path);
    expect(response.status).toBe(404);
    expect(await response.text()).toContain("Not found");
  });

  test("page and API show the same unit and the same queue", async () => {
    const unit = await json<UnitView>("/api/v1/units/acme/shop/1");
    const queue = await json<QueueView>(`/api/v1/queues/${where}`);
    expect(queue.units.map((u) => [u.number, u.path])).toEqual([[unit.number, unit.path]]);
    const page = await text("/units/acme/shop/1");
    expect(page).toContain(`tag ${unit.reversibility}`);
    expect(page).toContain(unit.headSha.slice(0, 12));
    expect(unit.title).toBe(hostile);
  });

  test("a database that does not answer is not ready", async () => {
    expect((await app({ ready: false }).request("/readyz")).status).toBe(503);
  });
});

describe("what comes from outside", () => {
  test.each([`/queues/${where}`, `/reviews/${where}`, "/units/acme/shop/1"])("%s shows it as text", async (path) => {
    const page = await text(path);
    expect(page).toContain("&lt;script&gt;alert(1)");
    expect(page).not.toMatch(/<script|<img|href="javascript/i);
  });

  test("a person's name with markup in the constraint's page, too", async () => {
    const judged = Array.from({ length: 6 }, (_, i): FlowRecord[] => {
      const step = (event: string, data: FlowRecord["data"]): FlowRecord => ({
        ...{ at: now - day + i * 1000, number: prNumber(i + 1), event, data },
      });
      return [
        step("opened", { actor: "ann", head: `${i}` }),
        step("ready_for_review", { actor: "ann", head: `${i}` }),
        step("review_submitted", { actor: "<b>eve</b>", state: "approved" }),
      ];
    });
    const page = await text(`/constraint/${where}`, app({ flow: judged.flat() }));
    expect(page).toContain("&lt;b&gt;eve&lt;/b&gt;");
    expect(page).not.toContain("<b>eve</b>");
  });

  test("no page runs a script or may be framed", async () => {
    const policy = (await app().request("/")).headers.get("content-security-policy");
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain("script-src");
  });
});

describe("who may look", () => {
  test("whoever knows the token, by header, link or cookie; health checks need none", async () => {
    const closed = app({ token: "open sesame" });
    expect((await closed.request("/")).status).toBe(401);
    expect((await closed.request(`/api/v1/constraint/${where}`)).status).toBe(401);
    expect((await closed.request("/", { headers: { authorization: "Bearer wrong" } })).status).toBe(401);
    expect((await closed.request("/", { headers: { authorization: "Bearer open sesame" } })).status).toBe(200);
    const linked = await closed.request("/?token=open%20sesame");
    expect(linked.status).toBe(200);
    const cookie = linked.headers.get("set-cookie") ?? "";
    expect(cookie).toMatch(/HttpOnly/);
    expect((await closed.request("/", { headers: { cookie: cookie.split(";")[0] ?? "" } })).status).toBe(200);
    expect((await closed.request("/healthz")).status).toBe(200);
  });

  test.each(["POST", "PUT", "PATCH", "DELETE"])("%s changes nothing: there is nothing to ask for", async (method) => {
    for (const path of ["/", `/queues/${where}`, `/api/v1/constraint/${where}`])
      expect((await app().request(path, { method })).status).toBe(404);
  });
});

describe("the constraint", () => {
  const flow = recordedFlow(monday);

  test("is unknown until there is enough history, with what is missing", async () => {
    const early = flow.filter((f) => f.at > now - 4 * day);
    const view = await json<ConstraintView>(`/api/v1/constraint/${where}`, app({ flow: early }));
    expect(view.constraint).toBe("unknown");
    expect(view.history.wholeDays).toBeLessThan(5);
    expect(await text(`/constraint/${where}`, app({ flow: early }))).toMatch(/naming it takes \d more whole days/);
  });
});
