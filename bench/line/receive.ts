import { fork, type ChildProcess } from "node:child_process";
import { createHmac, randomUUID } from "node:crypto";
import { once } from "node:events";
import { Agent, request } from "node:http";
import { fileURLToPath } from "node:url";
import { setTimeout as sleep } from "node:timers/promises";
import type { AppSaid, PostgresSaid, SandboxSaid, Webhook } from "./child.js";
import { quantileOf } from "./figures.js";

/** One app's answers to webhooks: the median of the rounds. */
export interface Received {
  /** Milliseconds from the first byte sent to the answer, with `offered` deliveries sent each second. */
  readonly p50: number;
  readonly p99: number;
  /** Deliveries a second with `connections` of them under way at all times. */
  readonly perSecond: number;
}

/** Drumline; an app that commits one row a delivery to the same PostgreSQL; one that only verifies and answers. */
const names = ["drumline", "row", "bare"] as const;
export type Receiving = Readonly<Record<(typeof names)[number], Received>>;

export interface ReceivingOptions {
  readonly rounds: number;
  /** Of each app in each round, half for each of the two measurements. */
  readonly seconds: number;
  /** Deliveries sent a second, whether or not the ones before were answered. */
  readonly offered: number;
  /** Deliveries under way at once when the most is asked for. */
  readonly connections: number;
}

/** Deliveries of each app before anything is measured. */
const warmUp = 300;
/** Between two apps, so that what one still does is not counted against the next. */
const restMs = 1_000;

/** The same webhooks to all three apps in turns, so that they meet the machine's moods alike. */
export async function measureReceiving(options: ReceivingOptions): Promise<Receiving> {
  const children: ChildProcess[] = [];
  try {
    const { webhooks, ...sandbox } = await started<SandboxSaid>(children, { role: "sandbox" });
    const postgres = await started<PostgresSaid>(children, { role: "postgres" });
    const settings = { ...sandbox, ...postgres };
    const deliveries = webhooks.map((w) => signed(w, sandbox.webhookSecret));
    const samples: Sample[] = [];
    for (const role of names) {
      const { webhookUrl } = await started<AppSaid>(children, { role, settings });
      samples.push(sampleOf({ url: webhookUrl, deliveries, connections: options.connections }));
    }
    for (const sample of samples) await sample.closed((sent) => sent >= warmUp);
    for (let round = 0; round < options.rounds; round++) {
      for (const sample of samples) {
        await sample.measure(options);
        await sleep(restMs);
      }
      process.stderr.write(`receiving: round ${round + 1} of ${options.rounds}\n`);
    }
    const [drumline, row, bare] = samples.map((sample) => sample.figures());
    if (!drumline || !row || !bare) throw new Error("an app was not measured");
    return { drumline, row, bare };
  } finally {
    for (const child of children.reverse()) await ended(child);
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

interface Sample {
  /** Keeps `connections` under way until told to stop; milliseconds of each. @throws Error when one is refused. */
  readonly closed: (until: (sent: number) => boolean) => Promise<number[]>;
  readonly measure: (of: ReceivingOptions) => Promise<void>;
  readonly figures: () => Received;
}

function sampleOf(of: { url: string; deliveries: readonly Signed[]; connections: number }): Sample {
  let agent = new Agent();
  const rounds: Received[] = [];
  let next = 0;
  const sendNext = async (): Promise<number> => {
    const delivery = of.deliveries[next++ % of.deliveries.length];
    if (!delivery) throw new Error("no deliveries");
    return await post(delivery, { url: of.url, agent });
  };
  const closed = async (until: (sent: number) => boolean): Promise<number[]> => {
    const ms: number[] = [];
    const worker = async (): Promise<void> => {
      while (!until(ms.length)) ms.push(await sendNext());
    };
    await Promise.all(Array.from({ length: of.connections }, worker));
    return ms;
  };
  const open = async (offered: number, seconds: number): Promise<number[]> => {
    const under: Promise<number>[] = [];
    const began = performance.now();
    while (performance.now() - began < seconds * 1000) {
      const due = ((performance.now() - began) * offered) / 1000;
      while (under.length < due) under.push(sendNext());
      await sleep(1);
    }
    return await Promise.all(under);
  };
  return {
    closed,
    measure: async ({ seconds, offered }) => {
      // Connections that were idle since the last round may be closed by the other side at any moment.
      agent.destroy();
      agent = new Agent({ keepAlive: true, maxSockets: of.connections });
      const steady = await open(offered, seconds / 2);
      const began = performance.now();
      const most = await closed(() => performance.now() > began + (seconds * 1000) / 2);
      const perSecond = (most.length * 1000) / (performance.now() - began);
      rounds.push({ p50: quantileOf(steady, 0.5), p99: quantileOf(steady, 0.99), perSecond });
    },
    figures: () => {
      const median = (pick: (round: Received) => number): number => quantileOf(rounds.map(pick), 0.5);
      return { p50: median((r) => r.p50), p99: median((r) => r.p99), perSecond: median((r) => r.perSecond) };
    },
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
