import { fork, type ChildProcess } from "node:child_process";
import { createHmac, randomUUID } from "node:crypto";
import { once } from "node:events";
import { Agent, request } from "node:http";
import { fileURLToPath } from "node:url";
import type { AppSaid, SandboxSaid, Webhook } from "./child.js";
import { quantileOf } from "./figures.js";

/** One process's answers to webhooks, over all rounds. */
export interface Received {
  /** Milliseconds from the first byte sent to the answer, one delivery at a time. */
  readonly p50: number;
  readonly p99: number;
  /** Deliveries a second with `connections` of them under way at all times: the median round. */
  readonly perSecond: number;
}

export interface Receiving {
  readonly drumline: Received;
  readonly bare: Received;
}

const connections = 16;
/** Deliveries of each app before anything is measured. */
const warmUp = 300;

/**
 * The same webhooks to Drumline, which answers once they are durable, and to a bare Probot app, which only verifies
 * and answers: in turns, so that both meet the machine's moods alike.
 */
export async function measureReceiving(of: { rounds: number; seconds: number }): Promise<Receiving> {
  const children: ChildProcess[] = [];
  try {
    const sandbox = await started<SandboxSaid>(children, { role: "sandbox" });
    const { webhooks, ...settings } = sandbox;
    const drumline = await started<AppSaid>(children, { role: "drumline", settings });
    const bare = await started<AppSaid>(children, { role: "bare", settings });
    const deliveries = webhooks.map((w) => signed(w, sandbox.webhookSecret));
    const names = ["drumline", "bare"] as const;
    const apps = {
      drumline: sampleOf(drumline.webhookUrl, deliveries),
      bare: sampleOf(bare.webhookUrl, deliveries),
    };
    for (const name of names) await apps[name].send({ atOnce: 4, until: (n) => n >= warmUp });
    for (let round = 0; round < of.rounds; round++) {
      for (const name of names) await apps[name].measure(of.seconds);
      process.stderr.write(`receiving: round ${round + 1} of ${of.rounds}\n`);
    }
    return { drumline: apps.drumline.figures(), bare: apps.bare.figures() };
  } finally {
    await Promise.all(children.reverse().map(ended));
  }
}

async function started<Said>(
  children: ChildProcess[],
  { role, settings = {} }: { role: string; settings?: object },
): Promise<Said> {
  const child = fork(fileURLToPath(new URL("child.js", import.meta.url)), [role], {
    env: { ...process.env, BENCH_APP: JSON.stringify(settings) },
  });
  children.push(child);
  const died = once(child, "exit").then(() => {
    throw new Error(`the ${role} process ended before it listened`);
  });
  const [said] = (await Promise.race([once(child, "message"), died])) as [Said];
  died.catch(() => undefined);
  return said;
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || !child.connected) return;
  const exit = once(child, "exit");
  child.disconnect();
  await exit;
}

interface Signed {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

function signed({ event, payload }: Webhook, secret: string): Signed {
  const body = Buffer.from(payload);
  const headers = {
    "content-type": "application/json",
    "content-length": String(body.length),
    "user-agent": "GitHub-Hookshot/bench",
    "x-github-event": event,
    "x-hub-signature-256": `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`,
  };
  return { headers, body };
}

function sampleOf(url: string, deliveries: readonly Signed[]) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const latencies: number[] = [];
  const rates: number[] = [];
  let next = 0;

  /** Keeps so many under way until told to stop. @throws Error when one is refused. */
  async function send({ atOnce, until }: { atOnce: number; until: (sent: number) => boolean }): Promise<number[]> {
    const ms: number[] = [];
    const worker = async (): Promise<void> => {
      while (!until(ms.length)) {
        const delivery = deliveries[next++ % deliveries.length];
        if (delivery) ms.push(await post(delivery, { url, agent }));
      }
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
    return ms;
  }

  return {
    send,
    measure: async (seconds: number): Promise<void> => {
      const middle = performance.now() + (seconds * 1000) / 2;
      latencies.push(...(await send({ atOnce: 1, until: () => performance.now() > middle })));
      const began = performance.now();
      const end = began + (seconds * 1000) / 2;
      const many = await send({ atOnce: connections, until: () => performance.now() > end });
      rates.push((many.length * 1000) / (performance.now() - began));
    },
    figures: (): Received => ({
      p50: quantileOf(latencies, 0.5),
      p99: quantileOf(latencies, 0.99),
      perSecond: quantileOf(rates, 0.5),
    }),
  };
}

async function post({ headers, body }: Signed, to: { url: string; agent: Agent }): Promise<number> {
  const began = performance.now();
  return await new Promise((resolve, reject) => {
    const sent = request(
      to.url,
      { method: "POST", agent: to.agent, headers: { ...headers, "x-github-delivery": randomUUID() } },
      (response) => {
        response.resume();
        response.once("end", () => {
          if (response.statusCode === 200) resolve(performance.now() - began);
          else reject(new Error(`${to.url} answered a delivery with ${response.statusCode}`));
        });
      },
    );
    sent.once("error", reject);
    sent.end(body);
  });
}
