import { timingSafeEqual } from "node:crypto";
import { Hono, type Context, type MiddlewareHandler, type Next } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { briefHtml } from "../core/constraint/brief/brief-html.js";
import { prNumber, queueKey } from "../core/model/ids.js";
import type { ReadPort, RiskPort, Search } from "../engine/ports.js";
import { apiOf } from "./api.js";
import { constraintHref, constraintPage } from "./constraint-page.js";
import { constraintView } from "./constraint-view.js";
import { metricsOf } from "./metrics.js";
import { notFoundPage, overviewPage, queuePage, unitPage } from "./pages.js";
import { riskPage } from "./risk-page.js";
import { reviewPage } from "./review-page.js";
import { reviewView } from "./review-view.js";
import { decisionRow, queueView, queueViews, unitView } from "./views.js";

export interface DashboardOptions {
  readonly reads: ReadPort;
  /** Names the constraint of a queue's flow. */
  readonly search: Search;
  readonly risk: RiskPort;
  readonly ready: () => Promise<boolean>;
  readonly now: () => number;
  /** Who may look: whoever knows this token. Null: everybody who reaches the address. */
  readonly token: string | null;
}

const decisionsShown = 15;
const cookieName = "drumline_token";

/** Pages, `/api/v1`, `/metrics` and the health checks: GET only, over what was recorded. */
export function dashboard({ reads, search, risk, ready, now, token }: DashboardOptions): Hono {
  const http = new Hono();
  http.get("/healthz", (c) => c.text("ok\n"));
  http.get("/readyz", async (c) =>
    (await ready()) ? c.text("ready\n") : c.text("the database does not answer\n", 503),
  );
  http.use("*", safeHeaders);
  if (token !== null) http.use("*", onlyWith(token));
  http.get("/metrics", async (c) => {
    const { type, text } = await metricsOf(reads, { risk, now: now() });
    return c.text(text, 200, { "content-type": type });
  });
  // Browsers ask for it whatever a page says.
  http.get("/favicon.ico", (c) => c.body(null, 204));
  http.route("/api/v1", apiOf(reads, { now, search, risk }));
  http.get("/", async (c) => await c.html(overviewPage(await queueViews(reads), now())));
  http.get("/queues/:owner/:repo/:base{.+}", async (c) => {
    const { owner, repo, base } = c.req.param();
    const queue = queueKey(`${owner}/${repo}`, base);
    const [view, decisions] = await Promise.all([
      queueView(reads, queue),
      reads.decisions(queue, { limit: decisionsShown }),
    ]);
    if (!view) return await c.html(notFoundPage(`No queue ${queue}.`), 404);
    return await c.html(queuePage(view, { decisions: decisions.map(decisionRow), now: now() }));
  });
  http.get("/constraint/:owner/:repo/:base{.+}", async (c) => {
    const { owner, repo, base } = c.req.param();
    const queue = queueKey(`${owner}/${repo}`, base);
    const view = await constraintView(reads, { queue, now: now(), search });
    return view ? await c.html(constraintPage(view)) : await c.html(notFoundPage(`No queue ${queue}.`), 404);
  });
  http.get("/risk/:owner/:repo/:base{.+}", async (c) => {
    const { owner, repo, base } = c.req.param();
    const queue = queueKey(`${owner}/${repo}`, base);
    const row = (await reads.queues()).find((q) => q.queue === queue);
    if (!row) return await c.html(notFoundPage(`No queue ${queue}.`), 404);
    return await c.html(riskPage(row, await risk.watchOf(queue, now())));
  });
  // The page that `drumline report --html` writes, of the last whole day.
  http.get("/brief/:owner/:repo/:base{.+}", async (c) => {
    const { owner, repo, base } = c.req.param();
    const queue = queueKey(`${owner}/${repo}`, base);
    const view = await constraintView(reads, { queue, now: now(), search });
    if (!view?.history.enough || !view.brief)
      return await c.html(notFoundPage(view ? "Too early for a weekly brief." : `No queue ${queue}.`), 404);
    return c.html(briefHtml(view.brief, { href: constraintHref(view), words: `${view.repo} ${view.base}` }));
  });
  http.get("/reviews/:owner/:repo/:base{.+}", async (c) => {
    const { owner, repo, base } = c.req.param();
    const queue = queueKey(`${owner}/${repo}`, base);
    const view = await reviewView(reads, { queue, now: now() });
    return view ? await c.html(reviewPage(view, now())) : await c.html(notFoundPage(`No queue ${queue}.`), 404);
  });
  http.get("/units/:owner/:repo/:number{[0-9]+}", async (c) => {
    const { owner, repo, number } = c.req.param();
    const view = await unitView(reads, { repo: `${owner}/${repo}`, number: prNumber(Number(number)) });
    if (!view) return await c.html(notFoundPage(`Nothing was decided about ${owner}/${repo}#${number}.`), 404);
    return await c.html(unitPage(view, { repo: `${owner}/${repo}`, now: now() }));
  });
  http.notFound((c) => c.html(notFoundPage(c.req.path), 404));
  return http;
}

/** No script runs on any page, and no other site may show one. */
async function safeHeaders(c: Context, next: Next): Promise<void> {
  await next();
  c.header(
    "content-security-policy",
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; frame-ancestors 'none'",
  );
  c.header("x-content-type-options", "nosniff");
  c.header("referrer-policy", "no-referrer");
}

/** A link with `?token=` signs a browser in; machines send `Authorization: Bearer`. */
function onlyWith(token: string): MiddlewareHandler {
  return async (c, next) => {
    const linked = c.req.query("token");
    const given = linked ?? c.req.header("authorization")?.replace(/^Bearer /i, "") ?? getCookie(c, cookieName) ?? "";
    if (!same(given, token)) return c.text("Open the dashboard with ?token=…, or send Authorization: Bearer ….\n", 401);
    if (linked !== undefined) setCookie(c, cookieName, token, { httpOnly: true, sameSite: "Strict", path: "/" });
    await next();
    return undefined;
  };
}

function same(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
