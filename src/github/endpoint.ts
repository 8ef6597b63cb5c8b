import type { IncomingMessage, ServerResponse } from "node:http";
import type { Probot } from "probot";
import type { Logger } from "pino";

/** GitHub sends at most this much; more is not from GitHub. */
export const webhookBytesMax = 25 * 1024 * 1024;

interface Answer {
  readonly status: number;
  readonly text: string;
}

/**
 * Takes one webhook: its size bounded while it is read, its signature verified over the raw bytes, then stored. Probot's
 * own middleware throws on a signature that doesn't match, and what throws there ends the process: anybody could.
 * Never rejects.
 */
export async function receiveWebhook(
  { probot, log }: { probot: Probot; log: Logger },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const answer = await answerTo({ probot, log }, request).catch((error: unknown): Answer => {
    log.warn({ err: error }, "a webhook broke off");
    return { status: 400, text: "not readable" };
  });
  if (response.destroyed) return;
  // What was refused unread would be taken for the next request.
  const headers = { "content-type": "text/plain", ...(request.complete ? {} : { connection: "close" }) };
  response.writeHead(answer.status, headers).end(`${answer.text}\n`);
}

async function answerTo(app: { probot: Probot; log: Logger }, request: IncomingMessage): Promise<Answer> {
  if (request.method !== "POST") return { status: 405, text: "webhooks are posted" };
  if (!/^application\/json\b/i.test(request.headers["content-type"] ?? ""))
    return { status: 415, text: "webhooks are application/json" };
  const [name, id, signature] = ["x-github-event", "x-github-delivery", "x-hub-signature-256"].map((header) =>
    headerOf(request, header),
  );
  if (!name || !id || !signature)
    return { status: 400, text: "x-github-event, x-github-delivery and x-hub-signature-256 are needed" };
  const payload = await bodyOf(request);
  if (payload === null) return { status: 413, text: `more than ${webhookBytesMax} bytes` };
  if (!/^\s*\{/.test(payload)) return { status: 400, text: "a webhook's body is a JSON object" };
  try {
    await app.probot.webhooks.verifyAndReceive({ id, name, payload, signature });
    return { status: 200, text: "ok" };
  } catch (error) {
    const status = statusOf(error);
    if (status === 400) app.log.warn({ id, event: name }, "a webhook was refused: wrongly signed, or no JSON");
    else app.log.error({ err: error, id, event: name }, "a webhook could not be stored; GitHub is asked for it again");
    return { status, text: status === 400 ? "wrongly signed, or no JSON" : "could not be stored" };
  }
}

function headerOf(request: IncomingMessage, name: string): string {
  const value = request.headers[name];
  return typeof value === "string" ? value : "";
}

/** Null when there is more than GitHub ever sends. */
async function bodyOf(request: IncomingMessage): Promise<string | null> {
  if (Number(request.headers["content-length"] ?? 0) > webhookBytesMax) return null;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > webhookBytesMax) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** The library marks what is the sender's fault with 400, on the error or on the ones it gathers. */
function statusOf(error: unknown): 400 | 500 {
  const gathered: unknown[] = error instanceof AggregateError ? error.errors : [];
  return [error, ...gathered].some((e) => e instanceof Error && "status" in e && e.status === 400) ? 400 : 500;
}
