import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "@jest/globals";
import { Octokit } from "@octokit/rest";
import { redeliverLost } from "./redeliver.js";

const now = Date.UTC(2026, 0, 5, 9);
const minute = 60_000;

interface Attempt {
  readonly id: number;
  readonly guid: string;
  readonly ago: number;
  readonly status: number;
}

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** GitHub's list of deliveries over real HTTP, newest first, in pages as asked for; notes which are asked for again. */
async function gitHubWith(attempts: readonly Attempt[]) {
  const again: number[] = [];
  let pages = 0;
  const made = createServer((request, response) => {
    const url = new URL(request.url ?? "", "http://localhost");
    const id = /^\/app\/hook\/deliveries\/(\d+)\/attempts$/.exec(url.pathname)?.[1];
    if (request.method === "POST" && id !== undefined) {
      again.push(Number(id));
      response.writeHead(202, { "content-type": "application/json" }).end("{}");
      return;
    }
    pages += 1;
    const size = Number(url.searchParams.get("per_page"));
    const from = Number((url.searchParams.get("cursor") ?? "at_0").slice("at_".length));
    const page = attempts.slice(from, from + size).map(({ id, guid, ago, status }) => ({
      id,
      guid,
      delivered_at: new Date(now - ago).toISOString(),
      status_code: status,
      event: "push",
    }));
    const next = `<http://${request.headers.host}/app/hook/deliveries?per_page=${size}&cursor=at_${from + size}>; rel="next"`;
    const link = from + size < attempts.length ? { link: next } : {};
    response.writeHead(200, { "content-type": "application/json", ...link }).end(JSON.stringify(page));
  });
  server = made;
  await new Promise<void>((resolve) => made.listen(0, "127.0.0.1", resolve));
  const baseUrl = `http://127.0.0.1:${(made.address() as AddressInfo).port}`;
  const asked = await redeliverLost(new Octokit({ baseUrl }), now);
  return { asked, again, pages };
}

describe("webhooks that never reached us", () => {
  test.each([0, 400, 401, 413, 500, 502, 503, 504])("one answered with %i is asked for again", async (status) => {
    expect((await gitHubWith([{ id: 1, guid: "a", ago: minute, status }])).again).toEqual([1]);
  });

  test.each([200, 202, 204])("one answered with %i is not", async (status) => {
    expect(await gitHubWith([{ id: 1, guid: "a", ago: minute, status }])).toMatchObject({ asked: 0, again: [] });
  });

  test("one that arrived at a later attempt is not", async () => {
    const attempts = [
      { id: 2, guid: "a", ago: minute, status: 200 },
      { id: 1, guid: "a", ago: 2 * minute, status: 503 },
    ];
    expect((await gitHubWith(attempts)).again).toEqual([]);
  });

  test("each is asked for once, by its newest attempt, the oldest first", async () => {
    const attempts = [
      { id: 4, guid: "b", ago: 1 * minute, status: 500 },
      { id: 3, guid: "a", ago: 2 * minute, status: 500 },
      { id: 2, guid: "c", ago: 3 * minute, status: 500 },
      { id: 1, guid: "a", ago: 4 * minute, status: 500 },
    ];
    expect(await gitHubWith(attempts)).toMatchObject({ asked: 3, again: [2, 3, 4] });
  });

  test("one that failed ten times is left, and so is one of more than six hours ago", async () => {
    const failing = Array.from({ length: 10 }, (_, i) => ({ id: 20 - i, guid: "a", ago: i * minute, status: 500 }));
    const old = { id: 1, guid: "b", ago: 361 * minute, status: 500 };
    expect((await gitHubWith([...failing, old])).again).toEqual([]);
  });

  test("pages are read as far as they are recent, and at most a hundred are asked for in one sweep", async () => {
    const attempts = Array.from({ length: 450 }, (_, i) => ({
      id: 1000 - i,
      guid: `g${i}`,
      ago: i < 250 ? minute : 400 * minute,
      status: 500,
    }));
    const { asked, again, pages } = await gitHubWith(attempts);
    expect(pages).toBe(3);
    expect(asked).toBe(100);
    expect(again[0]).toBe(1000 - 249);
  });
});
