import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, cpSync, existsSync, mkdirSync, renameSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Binaries } from "./binaries.js";

/**
 * PostgreSQL refuses to run as root. When we are root it runs as the account `postgres`, which must be able to reach
 * its programs and its data; neither is so in a checkout under /root, so then they live under /var/lib/drumline.
 */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

const name = "postgres";
const commonHome = "/var/lib/drumline";

/** Whose PostgreSQL will be: null for ourselves. @throws Error when we are root and the account cannot be made. */
export function accountForPostgres(): Account | null {
  return process.getuid?.() === 0 ? (findAccount() ?? makeAccount()) : null;
}

function findAccount(): Account | null {
  try {
    const id = (flag: string) => Number(execFileSync("id", [flag, name], { encoding: "utf8", stdio: "pipe" }));
    return { uid: id("-u"), gid: id("-g") };
  } catch {
    return null;
  }
}

function makeAccount(): Account {
  const ways: readonly (readonly [string, ...string[]])[] = [
    ["useradd", "--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", name],
    ["adduser", "-S", "-D", "-H", name],
  ];
  for (const [command, ...args] of ways) if (findAccount() === null) spawnSync(command, args, { stdio: "ignore" });
  const account = findAccount();
  if (account === null)
    throw new Error(`running as root, PostgreSQL needs an account ${name}, which could not be made; set DATABASE_URL`);
  return account;
}

/** The folder for the data: `dataDir`, or one under /var/lib/drumline of its own when the account cannot enter that. */
export function homeFor(account: Account | null, dataDir: string): string {
  if (account === null) return dataDir;
  // The account passes through; what is inside stays closed.
  chmodSync(dataDir, 0o711);
  openTemporary(dirname(dataDir));
  if (enters(account, dataDir)) return dataDir;
  const home = otherHome(dataDir);
  mkdirSync(home, { recursive: true, mode: 0o755 });
  return home;
}

/** A temporary folder of ours is opened to pass through: data kept elsewhere would outlive it. */
function openTemporary(folder: string): void {
  if (!folder.startsWith(`${tmpdir()}/`)) return;
  const { uid, mode } = statSync(folder);
  if (uid === process.getuid?.()) chmodSync(folder, (mode & 0o7777) | 0o011);
  openTemporary(dirname(folder));
}

/** Where the data of `dataDir` may be. */
export function possibleHomes(dataDir: string): readonly string[] {
  return [dataDir, otherHome(dataDir)];
}

function otherHome(dataDir: string): string {
  return join(commonHome, createHash("sha256").update(dataDir).digest("hex").slice(0, 16));
}

/** The programs, copied once to where the account can run them if it must be. */
export function programsFor(account: Account | null, found: Binaries): Binaries {
  if (account === null || enters(account, dirname(found.postgres))) return found;
  const native = dirname(dirname(found.postgres));
  const copy = join(commonHome, `postgresql-${createHash("sha256").update(native).digest("hex").slice(0, 16)}`);
  if (!existsSync(copy)) {
    const making = `${copy}.${process.pid}`;
    mkdirSync(commonHome, { recursive: true, mode: 0o755 });
    cpSync(native, making, { recursive: true, verbatimSymlinks: true });
    try {
      renameSync(making, copy);
    } catch (error) {
      // Another process was quicker.
      rmSync(making, { recursive: true, force: true });
      if (!existsSync(copy)) throw error;
    }
  }
  return { initdb: join(copy, "bin", "initdb"), postgres: join(copy, "bin", "postgres") };
}

function enters(account: Account, folder: string): boolean {
  return spawnSync("test", ["-x", folder], { stdio: "ignore", cwd: "/", ...account }).status === 0;
}
