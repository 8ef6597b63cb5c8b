import { spawnSync } from "node:child_process";
import { readFileSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** A PostgreSQL server as a process, known by the `postmaster.pid` that it keeps in its data folder. */
export interface Server {
  readonly pid: number;
  readonly socketDir: string;
}

/** Lines: pid, data folder, start, port, socket folder, addresses, shared memory, status. */
export function readServer(cluster: string): Server | null {
  try {
    const lines = readFileSync(pidFile(cluster), "utf8").split("\n");
    const pid = Number(lines[0]);
    return Number.isSafeInteger(pid) && pid > 1 ? { pid, socketDir: lines[4]?.trim() ?? "" } : null;
  } catch {
    return null;
  }
}

/** Whether that process is a server of this data folder, and not another program with its pid. */
export function isServerOf(cluster: string, pid: number): boolean {
  const seen = spawnSync("ps", ["-o", "args=", "-p", String(pid)], { encoding: "utf8" });
  let args = seen.status === 0 ? seen.stdout : "";
  try {
    args = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
  } catch {
    // Not Linux: what ps said.
  }
  return args.includes(cluster);
}

export function forgetServer(cluster: string): void {
  rmSync(pidFile(cluster), { force: true });
}

function pidFile(cluster: string): string {
  return join(cluster, "postmaster.pid");
}

/**
 * Fast shutdown: open transactions are rolled back, everything committed is on disk. Then at once; then, with its
 * children, without asking. Each gets `patienceMs`.
 */
export async function stopServer(
  cluster: string,
  { pid, patienceMs }: { readonly pid: number; readonly patienceMs: number },
): Promise<void> {
  for (const signal of ["SIGINT", "SIGQUIT"] as const) {
    if (!send(pid, signal)) return;
    const deadline = Date.now() + patienceMs;
    for (; Date.now() < deadline; await sleep(10)) if (!exists(pid)) return;
  }
  const family = [pid, ...childrenOf(pid)];
  for (const one of family) send(one, "SIGKILL");
  const deadline = Date.now() + patienceMs;
  while (family.some(exists) && Date.now() < deadline) await sleep(10);
  // Its process may stay as a zombie that PostgreSQL takes for alive.
  forgetServer(cluster);
}

function send(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

function childrenOf(pid: number): readonly number[] {
  return parents().flatMap(([child, parent]) => (parent === pid ? [child] : []));
}

/** Every process with its parent: from /proc, as slim containers have no ps; elsewhere from ps. */
function parents(): readonly (readonly [child: number, parent: number])[] {
  if (process.platform === "linux")
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map((name) => [Number(name), Number(statOf(name)[1] ?? 0)] as const);
  const { stdout } = spawnSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" });
  return stdout
    .split("\n")
    .map((line) => line.trim().split(/ +/).map(Number))
    .map(([child, parent]) => [child ?? 0, parent ?? 0] as const);
}

/** What follows the command's name in `/proc/PID/stat`: state, parent, and so on; empty when it is gone. */
function statOf(pid: number | string): readonly string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  } catch {
    return [];
  }
}

/** Whether a process runs; one that only waits to be reaped does not. */
export function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  return statOf(pid)[0] !== "Z";
}
