import type pg from "pg";
import type { Webhook } from "../engine/ports.js";
import { isFaultOfRow } from "./fault.js";
import type { StoredWebhook } from "./reading.js";

/**
 * Webhooks are made durable in batches: while one is being written, those that arrive wait, and go together in the
 * next, in one statement, one round trip, one write to disk. Nothing waits for a batch to fill.
 */
export interface Inbox {
  /** Resolves once the webhook is on disk. */
  put(webhook: Webhook, body: Uint8Array): Promise<"new" | "duplicate">;
  /** Not on disk yet. */
  held(): { readonly webhooks: number; readonly bytes: number };
}

/** One batch: a statement that takes some milliseconds. A larger body than that goes alone. */
const batchRowsMax = 128;
const batchBytesMax = 2 * 1024 * 1024;
/** Batches on their way at once: the one is being written to disk while the other is being sent. */
const lanes = 2;

interface Waiting {
  readonly webhook: Webhook;
  readonly body: Uint8Array;
  readonly answer: (is: "new" | "duplicate") => void;
  readonly fail: (error: unknown) => void;
}

/** `onStored` hears of webhooks that are new, once they are on disk and before their senders do. */
export function makeInbox(pool: pg.Pool, onStored: (webhooks: readonly StoredWebhook[]) => void): Inbox {
  let waiting: Waiting[] = [];
  const held = { webhooks: 0, bytes: 0 };
  let writing = 0;
  let woken = false;
  const write = async (): Promise<void> => {
    writing += 1;
    while (waiting.length > 0) {
      const batch = waiting.slice(0, batchLength(waiting));
      waiting = waiting.slice(batch.length);
      await storeAll(batch);
      held.webhooks -= batch.length;
      for (const { body } of batch) held.bytes -= body.length;
    }
    writing -= 1;
  };
  const storeAll = async (batch: readonly Waiting[]): Promise<void> => {
    try {
      const fresh = await insert(pool, batch);
      const first = batch.filter(({ webhook }) => fresh.delete(webhook.id));
      onStored(first.map((w) => ({ ...w.webhook, bytes: w.body.length })));
      const isNew = new Set(first);
      for (const one of batch) one.answer(isNew.has(one) ? "new" : "duplicate");
    } catch (error) {
      // What is wrong with one must not cost the others.
      if (batch.length > 1 && isFaultOfRow(error)) for (const one of batch) await storeAll([one]);
      else for (const one of batch) one.fail(error);
    }
  };
  return {
    put: async (webhook, body) =>
      await new Promise((answer, fail) => {
        waiting.push({ webhook, body, answer, fail });
        held.webhooks += 1;
        held.bytes += body.length;
        if (woken || writing >= lanes) return;
        woken = true;
        // After everything that the network has brought by now, which goes together.
        setImmediate(() => {
          woken = false;
          void write();
        });
      }),
    held: () => held,
  };
}

function batchLength(waiting: readonly Waiting[]): number {
  let bytes = 0;
  const end = waiting.findIndex(({ body }, i) => i === batchRowsMax || (bytes += body.length) > batchBytesMax);
  return end === -1 ? waiting.length : Math.max(1, end);
}

/** The bodies go as one binary parameter, cut up by the server: as elements of an array each byte would be two. */
const insertion = `insert into drumline.deliveries (id, event, received_at, payload)
  select id, event, at, substring($6::bytea from start for length)
  from unnest($1::text[], $2::text[], $3::bigint[], $4::int[], $5::int[]) as d (id, event, at, start, length)
  order by id
  on conflict do nothing returning id`;

/** @returns ids of those that were not known. */
async function insert(pool: pg.Pool, batch: readonly Waiting[]): Promise<Set<string>> {
  const starts: number[] = [];
  let start = 1;
  for (const { body } of batch) {
    starts.push(start);
    start += body.length;
  }
  const { rows } = await pool.query<{ id: string }>({
    name: "receive",
    text: insertion,
    values: [
      batch.map((w) => w.webhook.id),
      batch.map((w) => w.webhook.event),
      batch.map((w) => w.webhook.receivedAt),
      starts,
      batch.map((w) => w.body.length),
      batch.length === 1 && batch[0] ? asBuffer(batch[0].body) : Buffer.concat(batch.map((w) => w.body)),
    ],
  });
  return new Set(rows.map((row) => row.id));
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
