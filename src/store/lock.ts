import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";

/**
 * A folder belongs to one process: a file that names it by pid and start time. The start time tells a process from a
 * later one that was given the same pid (after a restart of the machine, or of a container, where pids begin again).
 */
export interface Owner {
  readonly pid: number;
  readonly started: string;
}

/** How often a stale lock is fought for before giving up; each lost round means that another process took it. */
const rounds = 10;

/** @throws Error naming the other process when it is alive. */
export function lockFolder(file: string, what: string): { release(): void } {
  const me: Owner = { pid: process.pid, started: startOf(process.pid) ?? "" };
  const mine = `${file}.${process.pid}.${randomBytes(4).toString("hex")}`;
  for (let round = 0; round < rounds; round += 1) {
    if (takes(file, mine, me)) return { release: () => release(file, me) };
    const text = readIfThere(file);
    if (text === null) continue;
    const other = parseOwner(text);
    if (other !== null && isAlive(other))
      throw new Error(`${what} is in use by another Drumline (pid ${other.pid}); stop it first`);
    breakStale(file, { stale: text, aside: `${mine}.stale` });
  }
  throw new Error(`${what} could not be locked: ${file} keeps being taken`);
}

/** A link either appears whole or fails: nobody ever reads half a lock. */
function takes(file: string, mine: string, me: Owner): boolean {
  writeFileSync(mine, JSON.stringify(me));
  try {
    linkSync(mine, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(mine, { force: true });
  }
}

/** Moves the lock aside, and back if it was no longer the stale one: another process was quicker. */
function breakStale(file: string, of: { readonly stale: string; readonly aside: string }): void {
  try {
    renameSync(file, of.aside);
  } catch {
    return;
  }
  if (readIfThere(of.aside) !== of.stale) {
    try {
      linkSync(of.aside, file);
    } catch {
      // A third process has it by now.
    }
  }
  rmSync(of.aside, { force: true });
}

function release(file: string, me: Owner): void {
  const text = readIfThere(file);
  const holder = text === null ? null : parseOwner(text);
  if (holder?.pid === me.pid && holder.started === me.started) rmSync(file, { force: true });
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null;
  }
}

function parseOwner(text: string): Owner | null {
  try {
    const value = JSON.parse(text) as Partial<Owner>;
    return typeof value.pid === "number" && typeof value.started === "string" ? (value as Owner) : null;
  } catch {
    return null;
  }
}

function isAlive(owner: Owner): boolean {
  const started = startOf(owner.pid);
  return started !== null && started === owner.started;
}

/** When a process started, in whatever words the system has; null when there is no such process. */
function startOf(pid: number): string | null {
  try {
    // The fields after the command's closing bracket; the twentieth of them is the start, in ticks since boot.
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? null;
  } catch {
    if (process.platform === "linux") return null;
  }
  try {
    return execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" }).trim() || null;
  } catch {
    return null;
  }
}
