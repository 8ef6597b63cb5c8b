import type { LedgerEntry } from "../engine/ports.js";
import type { Db } from "./postgres.js";
import * as t from "./schema.js";

/** Rows are only ever added; the database refuses anything else. */
export async function note(db: Db, entries: readonly Omit<LedgerEntry, "id">[]): Promise<void> {
  if (entries.length > 0) await db.insert(t.ledger).values([...entries]);
}
