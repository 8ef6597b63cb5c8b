import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { ReadPort } from "../engine/ports.js";
import { runningEmbedded, startEmbedded } from "./embedded.js";
import { dbOn, openPool, type Log } from "./postgres.js";
import { readPort } from "./read.js";
import { possibleHomes } from "./runas.js";

export interface OpenedReader {
  readonly readPort: ReadPort;
  readonly close: () => Promise<void>;
}

/**
 * The records for a command that only reads, beside a running app or without one: through DATABASE_URL, through the
 * private PostgreSQL that an app runs in `dataDir`, or by starting that one for as long as it takes.
 * @throws Error when there are no records.
 */
export async function openReader(options: {
  readonly databaseUrl?: string | undefined;
  readonly dataDir: string;
  readonly log: Log;
}): Promise<OpenedReader> {
  const { databaseUrl, log } = options;
  const found =
    databaseUrl !== undefined && databaseUrl !== ""
      ? { connection: { connectionString: databaseUrl }, stop: () => Promise.resolve() }
      : await privateServer(resolve(options.dataDir), log);
  const pool = openPool({ connection: found.connection, max: 2, name: "drumline reader" }, log);
  const close = async (): Promise<void> => {
    await pool.end();
    await found.stop();
  };
  try {
    const { rows } = await pool.query<{ there: boolean }>("select to_regclass('drumline.units') is not null as there");
    if (rows[0]?.there !== true) throw new Error("this database holds no records of Drumline");
    return { readPort: readPort(dbOn(pool)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function privateServer(dataDir: string, log: Log) {
  const running = runningEmbedded(dataDir);
  if (running !== null) return { connection: running, stop: () => Promise.resolve() };
  if (!possibleHomes(dataDir).some((home) => existsSync(join(home, "postgres", "PG_VERSION"))))
    throw new Error(`no records in ${dataDir}; set DRUMLINE_DATA or DATABASE_URL as the app has it`);
  return await startEmbedded({ dataDir, log });
}
