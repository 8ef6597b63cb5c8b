import { createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";
import type { Logger } from "pino";
import { TooManyWaiting, type Store } from "../engine/ports.js";
import type { Instant } from "../core/model/ids.js";

/** GitHub sends at most this much; more is not from GitHub. */
export const webhookBytesMax = 25 * 1024 * 1024;
/** A delivery id is a GUID, an event's name a word: longer ones are not from GitHub. */
const headerCharacters = 100;

/** Requests under way at once, and what their bodies hold together: beyond, the sender is asked to come again. */
export interface EndpointLimits {
  readonly requests: number;
  readonly bytes: number;
}

export const endpointLimits: EndpointLimits = { requests: 4_096, bytes: 256 * 1024 * 1024 };
/** GitHub doesn't come again by itself: what was refused is asked for in the next sweep, see `redeliverLost`. */
const retryAfterSeconds = 30;

export interface Endpoint {
  readonly secret: string;
  readonly receive: Store["receive"];
  readonly log: Logger;
  readonly now: () => Instant;
  readonly limits?: EndpointLimits;
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

const tooMany: Answer = { status: 503, text: "too many webhooks at once" };

/**
 * Takes webhooks: the size bounded while it is read, the signature verified over the raw bytes, then stored, then
 * answered. Probot's own middleware throws on a signature that doesn't match, and what throws there ends the process:
 * anybody could. The handler never throws.
 */
export function webhookEndpoint(endpoint: Endpoint): (request: IncomingMessage, response: ServerResponse) => void {
  const limits = endpoint.limits ?? endpointLimits;
  const held = { requests: 0, bytes: 0 };
  return (request, response) => {
    if (held.requests >= limits.requests) {
      reply(request, response, tooMany);
      return;
    }
    held.requests += 1;
    let mine = 0;
    const hold: Hold = (bytes) => {
      mine += bytes;
      held.bytes += bytes;
      return held.bytes <= limits.bytes;
    };
    answerTo(endpoint, request, hold)
      .catch((error: unknown): Answer => {
        endpoint.log.warn({ err: error }, "a webhook broke off");
        return { status: 400, text: "not readable" };
      })
      .then((answer) => {
        held.requests -= 1;
        held.bytes -= mine;
        reply(request, response, answer);
      })
      .catch((error: unknown) => endpoint.log.warn({ err: error }, "a webhook could not be answered"));
  };
}

/** Counts bytes that are kept in memory from now on; false when there are too many. */
type Hold = (bytes: number) => boolean;

function reply(request: IncomingMessage, response: ServerResponse, { status, text }: Answer): void {
  if (response.destroyed) return;
  const headers: OutgoingHttpHeaders = { "content-type": "text/plain", "content-length": text.length + 1 };
  if (status === 503) headers["retry-after"] = String(retryAfterSeconds);
  // What was refused unread would be taken for the next request.
  if (!request.complete) headers["connection"] = "close";
  response.writeHead(status, headers).end(`${text}\n`);
}

async function answerTo(endpoint: Endpoint, request: IncomingMessage, hold: Hold): Promise<Answer> {
  if (request.method !== "POST") return { status: 405, text: "webhooks are posted" };
  const { headers } = request;
  if (!/^application\/json\b/i.test(headers["content-type"] ?? ""))
    return { status: 415, text: "webhooks are application/json" };
  const event = header(headers["x-github-event"]);
  const id = header(headers["x-github-delivery"]);
  const signature = header(headers["x-hub-signature-256"]);
  if (event === null || id === null || signature === null)
    return { status: 400, text: "x-github-event, x-github-delivery and x-hub-signature-256 are needed" };
  const body = await bodyOf(request, hold);
  if (!Buffer.isBuffer(body)) return body;
  if (!isSigned(body, { signature, secret: endpoint.secret })) {
    endpoint.log.warn({ id, event }, "a webhook was refused: wrongly signed");
    return { status: 401, text: "wrongly signed" };
  }
  const payload = objectIn(body);
  if (payload === null) return { status: 400, text: "a webhook's body is a JSON object" };
  try {
    await endpoint.receive({ id, event, receivedAt: endpoint.now(), payload }, body);
    return { status: 200, text: "ok" };
  } catch (error) {
    if (error instanceof TooManyWaiting) {
      endpoint.log.warn({ err: error, id, event }, "a webhook was put off; GitHub is asked for it again");
      return tooMany;
    }
    endpoint.log.error({ err: error, id, event }, "a webhook could not be stored; GitHub is asked for it again");
    return { status: 500, text: "could not be stored" };
  }
}

function header(value: string | string[] | undefined): string | null {
  return typeof value === "string" && value.length > 0 && value.length <= headerCharacters ? value : null;
}

/** The body, or why it is not taken. @throws Error when it breaks off. */
async function bodyOf(request: IncomingMessage, hold: Hold): Promise<Buffer | Answer> {
  const tooLarge: Answer = { status: 413, text: `more than ${webhookBytesMax} bytes` };
  if (Number(request.headers["content-length"] ?? 0) > webhookBytesMax) return tooLarge;
  return await new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const refuse = (answer: Answer): void => {
      request.removeAllListeners("data").pause();
      resolve(answer);
    };
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > webhookBytesMax) refuse(tooLarge);
      else if (!hold(chunk.length)) refuse(tooMany);
      else chunks.push(chunk);
    });
    request.once("end", () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, size)));
    request.once("error", reject);
    request.once("aborted", () => reject(new Error("the sender hung up")));
  });
}

/** In constant time: how much of a guess was right must not show. */
function isSigned(body: Buffer, of: { signature: string; secret: string }): boolean {
  if (!/^sha256=[0-9a-f]{64}$/.test(of.signature)) return false;
  const expected = createHmac("sha256", of.secret).update(body).digest();
  return timingSafeEqual(expected, Buffer.from(of.signature.slice("sha256=".length), "hex"));
}

function objectIn(body: Buffer): object | null {
  try {
    const parsed: unknown = JSON.parse(body.toString("utf8"));
    return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed) ? parsed : null;
  } catch {
    return null;
  }
}
