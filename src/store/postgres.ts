import { createHash } from "node:crypto";
import { sql, type SQL } from "drizzle-orm";
import { drizzle, type NodePgQueryResultHKT } from "drizzle-orm/node-postgres";
import { PgDialect, type PgDatabase } from "drizzle-orm/pg-core";
import pg from "pg";
import * as schema from "./schema.js";

/** A pool, one connection of it, or a transaction: whatever a verb may run on. */
export type Db = PgDatabase<NodePgQueryResultHKT, typeof schema>;

/** What the store says to whoever watches it; pino's shape. */
export interface Log {
  info(data: object, message: string): void;
  warn(data: object, message: string): void;
  error(data: object, message: string): void;
}

export interface PoolOptions {
  readonly connection: pg.ClientConfig;
  readonly max: number;
  readonly name: string;
  /** Connections stay open however long they have nothing to do: opening one takes longer than most queries. */
  readonly stay?: "open";
}

/**
 * A pool whose idle connections may break (server restart, network) without ending the process: it is said, and the
 * next query opens a new one.
 */
export function openPool(options: PoolOptions, log: Log): pg.Pool {
  const pool = new pg.Pool({
    ...options.connection,
    max: options.max,
    application_name: options.name,
    ...(options.stay === "open" && { idleTimeoutMillis: 0 }),
    // Of no use to a server that is gone, and longer than any start after a crash.
    connectionTimeoutMillis: 30_000,
  });
  pool.on("error", (error) => {
    // A private server stops while the last connections are still closing. The error itself carries the whole client.
    if (!pool.ending) log.warn({ why: error.message, pool: options.name }, "an idle database connection broke");
  });
  // A checked-out client that breaks reports on itself too; its query rejects as well, which is where it is handled.
  pool.on("connect", (client) => client.on("error", () => undefined));
  return pool;
}

export function dbOn(client: pg.Pool | pg.PoolClient): Db {
  return drizzle(client, { schema });
}

/** Rows of a statement written by hand. bigint columns arrive as text: use `Number` on them. */
export async function rows<T extends Record<string, unknown>>(db: Db, statement: SQL): Promise<readonly T[]> {
  return (await db.execute(statement)).rows as readonly T[];
}

const dialect = new PgDialect();

/** The same, planned once a connection: for a statement whose text never changes. */
export async function preparedRows<T extends Record<string, unknown>>(
  client: pg.PoolClient,
  name: string,
  statement: SQL,
): Promise<readonly T[]> {
  const { sql: text, params } = dialect.sqlToQuery(statement);
  return (await client.query<T>({ name, text, values: params })).rows;
}

/** A name as the 64-bit key of an advisory lock, as text for `::bigint`. */
export function lockKey(name: string): string {
  return createHash("sha256").update(name).digest().readBigInt64BE().toString();
}

/** A value as a JSON parameter. */
export function json(value: unknown): SQL {
  return sql`${JSON.stringify(value)}::json`;
}

/** A list as one array parameter; `type` is the element's: `text`, `integer`, `bigint`. */
export function list(values: readonly (string | number | null)[], type: "text" | "integer" | "bigint"): SQL {
  return sql`${sql.param([...values])}::${sql.raw(type)}[]`;
}

/** JSON texts as one array parameter; cast each element to `json`, never take one apart in SQL: `->>` fails on `\u0000`. */
export function jsonTexts(values: readonly unknown[]): SQL {
  return list(
    values.map((value) => JSON.stringify(value)),
    "text",
  );
}
