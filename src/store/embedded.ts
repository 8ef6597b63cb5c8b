import { spawn, spawnSync } from "node:child_process";
import {
  chownSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  closeSync,
  readFileSync,
  renameSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { binaries, type Binaries } from "./binaries.js";
import { lockFolder } from "./lock.js";
import { exists, forgetServer, isServerOf, readServer, stopServer, type Server } from "./postmaster.js";
import type { Log } from "./postgres.js";
import { accountForPostgres, homeFor, possibleHomes, programsFor, type Account } from "./runas.js";

/**
 * A private PostgreSQL under a folder of ours, for when no DATABASE_URL is given. It listens on a Unix socket in a
 * folder that only its owner may enter, never on the network.
 *
 *   <folder>/drumline.lock   which Drumline has the folder
 *   <folder>/postgres/       PostgreSQL's data
 *   <folder>/postgres.log    what it says
 *
 * It runs in a session of its own, so that Ctrl-C reaches us first and we stop it last. When we are killed it goes on;
 * the next start adopts it.
 */
export interface Embedded {
  readonly connection: pg.ClientConfig;
  readonly pid: number;
  /** True when it was found running. */
  readonly adopted: boolean;
  /** Stops PostgreSQL and lets go of the folder. */
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  readonly dataDir: string;
  readonly log: Log;
  /** Server settings, as `-c name=value`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** How long one that was left running may take to answer or to stop, before the next harder way. */
  readonly patienceMs?: number;
}

const database = "drumline";
const user = "drumline";
/** The name of a socket within its folder; the whole path may have 107 bytes on Linux, 103 on macOS. */
const socketName = "/.s.PGSQL.5432";
const socketPathBytes = 100;
/** Recovery after a crash replays at most a few minutes of writes; a shutdown writes them out. */
const patienceMs = 30_000;
const launchAttempts = 20;
const launchAgainMs = 250;

interface Place {
  readonly home: string;
  readonly cluster: string;
  readonly logFile: string;
  readonly programs: Binaries;
  /** Whose PostgreSQL is; null: ours. */
  readonly account: Account | null;
  readonly log: Log;
}

/** @throws Error when another Drumline has the folder, or PostgreSQL cannot be started; the message says what to do. */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const dataDir = resolve(options.dataDir);
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const lock = lockFolder(join(dataDir, "drumline.lock"), `the data folder ${dataDir}`);
  try {
    const place = await preparePlace(dataDir, options.log);
    if (!existsSync(join(place.cluster, "PG_VERSION"))) initialise(place);
    const adopted = await adopt(place, options.patienceMs ?? patienceMs);
    const server = adopted ?? (await start(place, options.settings ?? {}));
    await createDatabase(server.socketDir);
    return {
      connection: connectionTo(server.socketDir, database),
      pid: server.pid,
      adopted: adopted !== null,
      stop: async () => {
        await stopServer(place.cluster, { pid: server.pid, patienceMs });
        removeSocketDir(place, server.socketDir);
        lock.release();
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** The way to the server that runs now over `dataDir`'s data, whoever started it; null when none does. */
export function runningEmbedded(dataDir: string): pg.ClientConfig | null {
  for (const home of possibleHomes(resolve(dataDir))) {
    const cluster = join(home, "postgres");
    const server = readServer(cluster);
    if (server !== null && isServerOf(cluster, server.pid)) return connectionTo(server.socketDir, database);
  }
  return null;
}

async function preparePlace(dataDir: string, log: Log): Promise<Place> {
  const account = accountForPostgres();
  const programs = programsFor(account, await binaries());
  const home = homeFor(account, dataDir);
  if (home !== dataDir)
    log.warn({ home }, `the account that runs PostgreSQL cannot enter ${dataDir}: its data is here`);
  return { home, cluster: join(home, "postgres"), logFile: join(home, "postgres.log"), programs, account, log };
}

// ---------------------------------------------------------------- initialise

function initialise(place: Place): void {
  place.log.info({ folder: place.cluster }, "initialising the private PostgreSQL, about a second");
  // What a broken-off initdb left is of no use: without PG_VERSION there is no data.
  const building = `${place.cluster}.new`;
  rmSync(building, { recursive: true, force: true });
  makeOwn(place, building);
  const args = ["-D", building, "-U", user, "-A", "trust", "-E", "UTF8", "--no-locale", "--no-instructions"];
  const { status, stderr } = spawnSync(place.programs.initdb, args, {
    encoding: "utf8",
    cwd: "/",
    ...(place.account ?? {}),
  });
  if (status !== 0) throw new Error(`initdb failed in ${building}: ${stderr.trim()}`);
  rmSync(place.cluster, { recursive: true, force: true });
  renameSync(building, place.cluster);
}

function makeOwn(place: Place, folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  if (place.account !== null) chownSync(folder, place.account.uid, place.account.gid);
}

// ---------------------------------------------------------------- adopt

/**
 * The server that an earlier, killed Drumline left running here, if it answers; one that does not is stopped. A
 * `postmaster.pid` whose process is gone, or is another program by now, is cleared away.
 */
async function adopt(place: Place, patience: number): Promise<Server | null> {
  const left = readServer(place.cluster);
  if (left === null) return null;
  if (!isServerOf(place.cluster, left.pid)) {
    forgetServer(place.cluster);
    removeSocketDir(place, left.socketDir);
    return null;
  }
  if (left.socketDir !== "" && (await answers(left, patience))) {
    place.log.info({ pid: left.pid }, "adopted the private PostgreSQL that was left running");
    return left;
  }
  place.log.warn({ pid: left.pid }, "the private PostgreSQL that was left running does not answer: stopping it");
  await stopServer(place.cluster, { pid: left.pid, patienceMs: patience });
  removeSocketDir(place, left.socketDir);
  return null;
}

// ---------------------------------------------------------------- start

async function start(place: Place, settings: Readonly<Record<string, string>>): Promise<Server> {
  for (let attempt = 1; ; attempt += 1) {
    const started = await launch(place, settings);
    if (typeof started !== "string") return started;
    if (attempt === launchAttempts || !leftOver(place))
      throw new Error(`the private PostgreSQL did not start: ${started}\n${lastLines(place.logFile)}`);
    await sleep(launchAgainMs);
  }
}

/** The server once it answers, or what went wrong. */
async function launch(place: Place, settings: Readonly<Record<string, string>>): Promise<Server | string> {
  const socketDir = makeSocketDir(place);
  const flags = { listen_addresses: "", unix_socket_directories: socketDir, ...settings };
  const args = ["-D", place.cluster, ...Object.entries(flags).flatMap(([name, value]) => ["-c", `${name}=${value}`])];
  const output = openSync(place.logFile, "a", 0o600);
  const child = spawn(place.programs.postgres, args, {
    cwd: "/",
    detached: true,
    stdio: ["ignore", output, output],
    ...(place.account ?? {}),
  });
  closeSync(output);
  const ended = new Promise<string>((say) => {
    child.once("error", (error) => say(error.message));
    child.once("exit", (code, signal) => say(`it ended with ${code ?? signal ?? "nothing"}`));
  });
  child.unref();
  const pid = child.pid;
  const failure = pid === undefined ? await ended : await Promise.race([ended, up({ pid, socketDir })]);
  if (failure === null && pid !== undefined) return { pid, socketDir };
  removeSocketDir(place, socketDir);
  return failure ?? "it has no pid";
}

/**
 * What a server that was killed with SIGKILL leaves for a moment: its children, and with them its memory. (Two
 * processes never get here together: the folder's lock is ours.)
 */
function leftOver(place: Place): boolean {
  return /pre-existing shared memory block|lock file "postmaster.pid" already exists/.test(lastLines(place.logFile));
}

/** Null as soon as it answers. */
async function up(server: Server): Promise<string | null> {
  return (await answers(server, patienceMs)) ? null : `no answer within ${patienceMs / 1000} s`;
}

/** Whether the server answers a query while it lives, waiting out a recovery. */
async function answers(server: Server, patience: number): Promise<boolean> {
  const deadline = Date.now() + patience;
  for (let waitMs = 5; Date.now() < deadline && exists(server.pid); waitMs = Math.min(waitMs * 2, 200)) {
    if (await tryQuery(server.socketDir)) return true;
    await sleep(waitMs);
  }
  return false;
}

async function tryQuery(socketDir: string): Promise<boolean> {
  const client = new pg.Client({ ...connectionTo(socketDir, "postgres"), connectionTimeoutMillis: 1_000 });
  client.on("error", () => undefined);
  try {
    await client.connect();
    await client.query("select 1");
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

function connectionTo(socketDir: string, name: string): pg.ClientConfig {
  return { host: socketDir, port: 5432, user, database: name };
}

async function createDatabase(socketDir: string): Promise<void> {
  const client = new pg.Client(connectionTo(socketDir, "postgres"));
  client.on("error", () => undefined);
  await client.connect();
  try {
    const { rowCount } = await client.query("select 1 from pg_database where datname = $1", [database]);
    if (rowCount === 0) await client.query(`create database ${database}`);
  } finally {
    await client.end();
  }
}

// ---------------------------------------------------------------- the socket's folder

function makeSocketDir(place: Place): string {
  const near = join(place.home, "socket");
  if (Buffer.byteLength(near + socketName) <= socketPathBytes) {
    makeOwn(place, near);
    return near;
  }
  const short = mkdtempSync(join(shortTmp(), "drumline-"));
  makeOwn(place, short);
  return short;
}

/** TMPDIR itself may be long. */
function shortTmp(): string {
  return Buffer.byteLength(tmpdir()) < 60 ? tmpdir() : "/tmp";
}

/** Only folders that `makeSocketDir` made. */
function removeSocketDir(place: Place, socketDir: string): void {
  const ours = socketDir === join(place.home, "socket") || /\/drumline-[A-Za-z0-9]{6}$/.test(socketDir);
  if (ours) rmSync(socketDir, { recursive: true, force: true });
}

function lastLines(file: string): string {
  try {
    return readFileSync(file, "utf8").trimEnd().split("\n").slice(-8).join("\n");
  } catch {
    return "";
  }
}
