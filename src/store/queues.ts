import { asc, ne } from "drizzle-orm";
import type { QueueRow } from "../engine/ports.js";
import { emptyQueueState } from "../core/queue/state.js";
import type { Db } from "./postgres.js";
import * as t from "./schema.js";

export const queueRow = {
  queue: t.queues.queue,
  repo: t.queues.repo,
  base: t.queues.base,
  installationId: t.queues.installationId,
};

/** Makes a queue known; a known one takes a new installation's id (the app was installed anew). */
export async function know(db: Db, row: QueueRow): Promise<void> {
  const { queue, repo, base, installationId } = row;
  await db
    .insert(t.queues)
    .values({ queue, repo, base, installationId, state: emptyQueueState })
    .onConflictDoUpdate({
      target: t.queues.queue,
      set: { installationId },
      setWhere: ne(t.queues.installationId, installationId),
    });
}

export async function queues(db: Db): Promise<readonly QueueRow[]> {
  return await db.select(queueRow).from(t.queues).orderBy(asc(t.queues.queue));
}
