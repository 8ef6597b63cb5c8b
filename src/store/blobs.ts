import { inArray, sql } from "drizzle-orm";
import type { Instant } from "../core/model/ids.js";
import { pack, unpack, type Packed } from "./pack.js";
import { list, type Db } from "./postgres.js";
import * as t from "./schema.js";

/** A part's time of use is brought up to date at most this often, so that shared parts are not rewritten each run. */
export const usedEveryMs = 3_600_000;

/** Stores records' parts that are not there yet; answers the records' references, in order. */
export async function storeRecords(db: Db, records: readonly unknown[], now: Instant): Promise<readonly string[]> {
  const packed = records.map(pack);
  const parts = [...new Map(packed.flatMap((p: Packed) => [...p.parts])).entries()].sort(([a], [b]) =>
    a < b ? -1 : 1,
  );
  const digests = list(
    parts.map(([digest]) => digest),
    "text",
  );
  const texts = list(
    parts.map(([, text]) => text),
    "text",
  );
  await db.execute(sql`
    insert into drumline.blobs as b (digest, body, used_at)
    select digest, body::json, ${now}::bigint from unnest(${digests}, ${texts}) as part (digest, body) order by digest
    on conflict (digest) do update set used_at = excluded.used_at
      where b.used_at < excluded.used_at - ${usedEveryMs}::bigint`);
  return packed.map((p) => p.ref);
}

export async function readRecords(db: Db, refs: readonly string[]): Promise<readonly unknown[]> {
  return await unpack(refs, async (digests) => {
    const found = await db
      .select({ digest: t.blobs.digest, body: t.blobs.body })
      .from(t.blobs)
      .where(inArray(t.blobs.digest, [...digests]));
    return new Map(found.map((row) => [row.digest, row.body]));
  });
}
