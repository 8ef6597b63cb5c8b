import { Hono } from "hono";
import { prNumber, queueKey } from "../core/model/ids.js";
import type { ReadPort, RiskPort, Search } from "../engine/ports.js";
import { constraintView } from "./constraint-view.js";
import { reviewView } from "./review-view.js";
import { decisionRow, queueView, queueViews, unitView } from "./views.js";

const pageSize = 50;
const pageSizeMax = 500;
const flowDays = 30;

/** `/api/v1`: everything that the pages show, as JSON. Only GET; nothing here writes. */
export function apiOf(
  reads: ReadPort,
  { now, search, risk }: { now: () => number; search: Search; risk: RiskPort },
): Hono {
  const api = new Hono();
  api.get("/queues", async (c) => c.json({ queues: await queueViews(reads) }));
  api.get("/queues/:owner/:repo/:base{.+}", async (c) => {
    const { owner, repo, base } = c.req.param();
    const view = await queueView(reads, queueKey(`${owner}/${repo}`, base));
    return view ? c.json(view) : c.json({ error: `no queue ${owner}/${repo}@${base}` }, 404);
  });
  api.get("/constraint/:owner/:repo/:base{.+}", async (c) => {
    const { owner, repo, base } = c.req.param();
    const view = await constraintView(reads, { queue: queueKey(`${owner}/${repo}`, base), now: now(), search });
    return view ? c.json(view) : c.json({ error: `no queue ${owner}/${repo}@${base}` }, 404);
  });
  api.get("/risk/:owner/:repo/:base{.+}", async (c) => {
    const { owner, repo, base } = c.req.param();
    const queue = queueKey(`${owner}/${repo}`, base);
    const known = (await reads.queues()).some((q) => q.queue === queue);
    return known ? c.json(await risk.watchOf(queue, now())) : c.json({ error: `no queue ${queue}` }, 404);
  });
  api.get("/reviews/:owner/:repo/:base{.+}", async (c) => {
    const { owner, repo, base } = c.req.param();
    const view = await reviewView(reads, { queue: queueKey(`${owner}/${repo}`, base), now: now() });
    return view ? c.json(view) : c.json({ error: `no queue ${owner}/${repo}@${base}` }, 404);
  });
  api.get("/units/:owner/:repo/:number{[0-9]+}", async (c) => {
    const { owner, repo, number } = c.req.param();
    const view = await unitView(reads, { repo: `${owner}/${repo}`, number: prNumber(Number(number)) });
    return view ? c.json(view) : c.json({ error: `nothing was decided about ${owner}/${repo}#${number}` }, 404);
  });
  api.get("/decisions/:id{[0-9]+}", async (c) => {
    const record = await reads.decision(Number(c.req.param("id")));
    return record ? c.json(record) : c.json({ error: "no such decision" }, 404);
  });
  api.get("/decisions", async (c) => {
    const { queue, before, limit } = c.req.query();
    if (queue === undefined) return c.json({ error: "say which queue: ?queue=OWNER/REPO@BASE" }, 400);
    const page = {
      limit: Math.min(Number(limit ?? pageSize) || pageSize, pageSizeMax),
      ...(before !== undefined && { before: Number(before) }),
    };
    return c.json({ decisions: (await reads.decisions(queue, page)).map(decisionRow) });
  });
  api.get("/flow", async (c) => {
    const { queue, since } = c.req.query();
    if (queue === undefined) return c.json({ error: "say which queue: ?queue=OWNER/REPO@BASE" }, 400);
    const from = since === undefined ? now() - flowDays * 24 * 60 * 60_000 : Number(since);
    return c.json({ flow: await reads.flow(queue, from) });
  });
  return api;
}
