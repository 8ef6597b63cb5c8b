import { createHmac, randomUUID } from "node:crypto";
import { createServer, request as httpRequest, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "@jest/globals";
import pino from "pino";
import { TooManyWaiting, type Webhook } from "../engine/ports.js";
import { webhookBytesMax, webhookEndpoint, type EndpointLimits } from "./endpoint.js";

const secret = "a secret";
const body = JSON.stringify({ action: "opened", text: "ü" });

interface Listening {
  readonly url: string;
  /** What was stored, by delivery id. */
  readonly stored: ReadonlyMap<string, { readonly webhook: Webhook; readonly body: string }>;
}

type Receive = (store: () => "new" | "duplicate", webhook: Webhook) => Promise<"new" | "duplicate">;

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** The endpoint over real HTTP, before a store in memory that may be made to fail. */
async function listening(of: { receive?: Receive; limits?: EndpointLimits } = {}): Promise<Listening> {
  const stored = new Map<string, { webhook: Webhook; body: string }>();
  const receive = of.receive ?? (async (store) => await Promise.resolve(store()));
  const endpoint = webhookEndpoint({
    secret,
    log: pino({ level: "silent" }),
    now: () => 17,
    ...(of.limits && { limits: of.limits }),
    receive: async (webhook, bytes) =>
      await receive(() => {
        if (stored.has(webhook.id)) return "duplicate";
        stored.set(webhook.id, { webhook, body: Buffer.from(bytes).toString() });
        return "new";
      }, webhook),
  });
  const made = createServer(endpoint);
  server = made;
  await new Promise<void>((resolve) => made.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(made.address() as AddressInfo).port}/`, stored };
}

function sign(text: string, with_ = secret): string {
  return `sha256=${createHmac("sha256", with_).update(text).digest("hex")}`;
}

async function post(url: string, text: string, headers: Record<string, string | null> = {}): Promise<Response> {
  const all: Record<string, string | null> = {
    "content-type": "application/json",
    "x-github-event": "pull_request",
    "x-github-delivery": randomUUID(),
    "x-hub-signature-256": sign(text),
    ...headers,
  };
  const given = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== null);
  return await fetch(url, { method: "POST", body: text, headers: given });
}

describe("a webhook", () => {
  test("is stored with the bytes that were signed before it is answered", async () => {
    const { url, stored } = await listening();
    const answer = await post(url, body, { "x-github-delivery": "d-1" });
    expect(answer.status).toBe(200);
    const webhook = { id: "d-1", event: "pull_request", receivedAt: 17, payload: JSON.parse(body) as unknown };
    expect(stored.get("d-1")).toEqual({ webhook, body });
  });

  test("of an event that nobody knows is stored", async () => {
    const { url, stored } = await listening();
    expect((await post(url, "{}", { "x-github-event": "invented" })).status).toBe(200);
    expect([...stored.values()][0]?.webhook.event).toBe("invented");
  });

  test("that comes twice is answered twice and stored once", async () => {
    const { url, stored } = await listening();
    const twice = await Promise.all([1, 2].map(async () => await post(url, body, { "x-github-delivery": "d-1" })));
    expect(twice.map((answer) => answer.status)).toEqual([200, 200]);
    expect(stored.size).toBe(1);
  });

  test("in many pieces is put together", async () => {
    const { url, stored } = await listening();
    const long = JSON.stringify({ text: "é".repeat(300_000) });
    expect(await postPieces(url, long)).toBe(200);
    expect([...stored.values()][0]?.body).toBe(long);
  });
});

describe("refused, and not stored", () => {
  const cases: readonly (readonly [string, number, string, Record<string, string | null>])[] = [
    ["unsigned", 400, body, { "x-hub-signature-256": null }],
    ["signed with zeros", 401, body, { "x-hub-signature-256": `sha256=${"0".repeat(64)}` }],
    ["signed with another secret", 401, body, { "x-hub-signature-256": sign(body, "guessed") }],
    ["signed as something else", 401, body, { "x-hub-signature-256": sign(`${body} `) }],
    ["a signature that is too short", 401, body, { "x-hub-signature-256": sign(body).slice(0, -2) }],
    ["a signature with letters that are no digits", 401, body, { "x-hub-signature-256": `sha256=${"g".repeat(64)}` }],
    ["the old kind of signature", 401, body, { "x-hub-signature-256": `sha1=${"0".repeat(40)}` }],
    ["malformed JSON, rightly signed", 400, '{"a":', {}],
    ["a list", 400, "[{}]", {}],
    ["a number", 400, "17", {}],
    ["null", 400, "null", {}],
    ["nothing", 400, "", {}],
    ["without an event", 400, body, { "x-github-event": null }],
    ["without a delivery id", 400, body, { "x-github-delivery": "" }],
    ["a delivery id that is no GUID by far", 400, body, { "x-github-delivery": "x".repeat(3000) }],
    ["a form", 415, body, { "content-type": "application/x-www-form-urlencoded" }],
    ["26 MB", 413, JSON.stringify("x".repeat(26 * 1024 * 1024)), {}],
  ];
  test.each(cases)("%s: %i", async (_, status, text, headers) => {
    const { url, stored } = await listening();
    expect((await post(url, text, headers)).status).toBe(status);
    expect(stored.size).toBe(0);
    expect((await post(url, body)).status).toBe(200);
  });

  test("26 MB whose length nobody said", async () => {
    const { url, stored } = await listening();
    expect([413, "hung up"]).toContain(await postPieces(url, "x".repeat(webhookBytesMax + 1)));
    expect(stored.size).toBe(0);
    expect((await post(url, body)).status).toBe(200);
  });

  test("a body that breaks off", async () => {
    const { url, stored } = await listening();
    await new Promise<void>((resolve) => {
      const sent = httpRequest(url, { method: "POST", headers: { ...headersOf(body), "content-length": "1000" } });
      sent.once("error", () => resolve());
      sent.write(body, () => sent.destroy(new Error("the line is cut")));
    });
    expect((await post(url, body)).status).toBe(200);
    expect(stored.size).toBe(1);
  });

  test("what isn't posted", async () => {
    const { url } = await listening();
    expect((await fetch(url)).status).toBe(405);
  });
});

describe("when the store can't", () => {
  test("the answer is a failure, and the same delivery is stored when it comes again", async () => {
    let broken = true;
    const { url, stored } = await listening({
      receive: async (store) =>
        await (broken ? Promise.reject(new Error("the disk is full")) : Promise.resolve(store())),
    });
    const answer = await post(url, body, { "x-github-delivery": "d-1" });
    expect([answer.status, await answer.text()]).toEqual([500, "could not be stored\n"]);
    broken = false;
    expect((await post(url, body, { "x-github-delivery": "d-1" })).status).toBe(200);
    expect([...stored.keys()]).toEqual(["d-1"]);
  });

  test("nothing is answered before it is stored", async () => {
    const steps: string[] = [];
    const { url } = await listening({
      receive: async (store) => {
        await new Promise((done) => setTimeout(done, 50));
        steps.push("stored");
        return store();
      },
    });
    await post(url, body).then(() => steps.push("answered"));
    expect(steps).toEqual(["stored", "answered"]);
  });

  test("a full store says when to come again", async () => {
    const { url } = await listening({ receive: async () => await Promise.reject(new TooManyWaiting("4001 wait")) });
    const answer = await post(url, body);
    expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "30"]);
  });
});

describe("when too much comes at once", () => {
  test("what is beyond the limit is put off, and taken once there is room", async () => {
    const letGo: (() => void)[] = [];
    const { url, stored } = await listening({
      limits: { requests: 2, bytes: 1e6 },
      receive: async (store) => {
        await new Promise<void>((done) => letGo.push(done));
        return store();
      },
    });
    const first = [post(url, body), post(url, body)];
    while (letGo.length < 2) await new Promise((done) => setTimeout(done, 5));
    const third = await post(url, body);
    expect([third.status, third.headers.get("retry-after")]).toEqual([503, "30"]);
    for (const go of letGo) go();
    expect((await Promise.all(first)).map((answer) => answer.status)).toEqual([200, 200]);
    const again = post(url, body);
    while (letGo.length < 3) await new Promise((done) => setTimeout(done, 5));
    letGo[2]?.();
    expect((await again).status).toBe(200);
    expect(stored.size).toBe(3);
  });

  test("bodies are bounded together too", async () => {
    const { url, stored } = await listening({ limits: { requests: 10, bytes: body.length + 10 } });
    expect((await post(url, JSON.stringify({ text: "x".repeat(100) }))).status).toBe(503);
    expect((await post(url, body)).status).toBe(200);
    expect(stored.size).toBe(1);
  });
});

function headersOf(text: string): Record<string, string> {
  return {
    "content-type": "application/json",
    "x-github-event": "pull_request",
    "x-github-delivery": randomUUID(),
    "x-hub-signature-256": sign(text),
  };
}

/** Sent in pieces, without a length. The status, or that the server hung up on what it didn't want to hear. */
async function postPieces(url: string, text: string): Promise<number | "hung up"> {
  return await new Promise((resolve) => {
    const sent = httpRequest(url, { method: "POST", headers: headersOf(text) }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sent.once("error", () => resolve("hung up"));
    const piece = 64 * 1024;
    for (let at = 0; at < text.length; at += piece) sent.write(text.slice(at, at + piece));
    sent.end();
  });
}
