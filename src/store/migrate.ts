import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type pg from "pg";
import { runMigrations } from "graphile-worker";
import { lockKey } from "./postgres.js";

export interface Migration {
  /** `0001_line.sql`: the number gives the order. */
  readonly name: string;
  readonly text: string;
}

/**
 * Brings the database to the newest schema, ours and the job runner's; harmless when it is there. Several processes
 * may start at once: one migrates, the others wait.
 * @throws Error when an applied migration was edited since, or when the database is newer than this program.
 */
export async function migrate(pool: pg.Pool, migrations?: readonly Migration[]): Promise<void> {
  const wanted = migrations ?? (await readMigrations());
  const client = await pool.connect();
  const key = lockKey("drumline:migrate");
  try {
    await client.query("select pg_advisory_lock($1::bigint)", [key]);
    await runMigrations({ pgPool: pool });
    await applyMissing(client, wanted);
  } finally {
    await client.query("select pg_advisory_unlock($1::bigint)", [key]).catch(() => undefined);
    client.release();
  }
}

async function applyMissing(client: pg.PoolClient, wanted: readonly Migration[]): Promise<void> {
  await client.query(
    `create table if not exists public.drumline_migrations (
       name text primary key, digest text not null, applied_at timestamptz not null default now())`,
  );
  const { rows } = await client.query<{ name: string; digest: string }>(
    "select name, digest from public.drumline_migrations",
  );
  const applied = new Map(rows.map((row) => [row.name, row.digest]));
  const unknown = [...applied.keys()].filter((name) => !wanted.some((m) => m.name === name));
  if (unknown.length > 0)
    throw new Error(`the database was used by a newer Drumline (it has ${unknown.join(", ")}); start that one`);
  for (const migration of wanted) {
    const digest = createHash("sha256").update(migration.text).digest("hex");
    const before = applied.get(migration.name);
    if (before === digest) continue;
    if (before !== undefined) throw new Error(`migration ${migration.name} was edited after it was applied`);
    await applyOne(client, migration, digest);
  }
}

async function applyOne(client: pg.PoolClient, migration: Migration, digest: string): Promise<void> {
  await client.query("begin");
  try {
    await client.query(migration.text);
    await client.query("insert into public.drumline_migrations (name, digest) values ($1, $2)", [
      migration.name,
      digest,
    ]);
    await client.query("commit");
  } catch (error) {
    await client.query("rollback");
    throw new Error(`migration ${migration.name} failed: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

/** The numbered SQL files, in order. The compiler does not copy them: they are read from the package's `src`. */
export async function readMigrations(): Promise<readonly Migration[]> {
  const folder = join(packageRoot(import.meta.dirname), "src", "store", "migrations");
  const names = (await readdir(folder)).filter((name) => /^\d{4}_[a-z0-9_]+\.sql$/.test(name)).sort();
  return await Promise.all(names.map(async (name) => ({ name, text: await readFile(join(folder, name), "utf8") })));
}

function packageRoot(from: string): string {
  if (existsSync(join(from, "package.json"))) return from;
  const up = dirname(from);
  if (up === from) throw new Error("package.json not found above the program");
  return packageRoot(up);
}
