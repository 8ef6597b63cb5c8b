import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { startEmbedded } from "../../src/store/embedded.js";
import { openStore } from "../../src/store/open.js";
import { quiet } from "./server.js";

/** An app process on a data folder, from outside: what it said, and how it ended. */
export interface Child {
  readonly process: ChildProcess;
  readonly lines: readonly string[];
  errors(): string;
  /** Waits for a line that starts so. */
  saw(start: string): Promise<string>;
  exit(): Promise<number | null>;
}

/** A data folder for one test, and the processes on it. */
export interface Folder {
  readonly dataDir: string;
  child(mode: "serve" | "hold"): Child;
  /** Lines of `postmaster.pid`: pid, data folder, start, port, socket folder, addresses. */
  postmaster(): readonly string[];
  storedDeliveries(): Promise<number>;
  /** Kills what is left, stops PostgreSQL, removes the folder. */
  remove(): Promise<void>;
}

/** An initialised folder to copy from: making one takes a second. */
export async function initialisedFolder(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "drumline-initialised-"));
  await (await startEmbedded({ dataDir: folder, log: quiet })).stop();
  return folder;
}

export function aFolder(copyOf?: string): Folder {
  const dataDir = mkdtempSync(join(tmpdir(), "drumline-embedded-"));
  if (copyOf !== undefined) execFileSync("cp", ["-a", `${copyOf}/.`, dataDir]);
  const children: Child[] = [];
  const pidFile = join(dataDir, "postgres", "postmaster.pid");
  return {
    dataDir,
    child: (mode) => {
      const made = startChild(mode, dataDir);
      children.push(made);
      return made;
    },
    postmaster: () => readFileSync(pidFile, "utf8").split("\n"),
    storedDeliveries: async () => {
      const opened = await openStore({ dataDir, log: quiet });
      const { deliveries = 0 } = await opened.readPort.counts();
      await opened.close();
      return deliveries;
    },
    remove: async () => {
      for (const child of children) child.process.kill("SIGKILL");
      // Adopts what a killed child left running, and stops it.
      if (existsSync(pidFile)) await (await startEmbedded({ dataDir, log: quiet })).stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

function startChild(mode: "serve" | "hold", dataDir: string): Child {
  const program = join(import.meta.dirname, "child.js");
  const started = spawn(process.execPath, [program, mode, dataDir], { stdio: ["ignore", "pipe", "pipe"] });
  const lines: string[] = [];
  let errors = "";
  createInterface({ input: started.stdout }).on("line", (line) => lines.push(line));
  started.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
  const ended = new Promise<number | null>((done) => started.once("close", done));
  return {
    process: started,
    lines,
    errors: () => errors,
    saw: async (start) => {
      for (;;) {
        const line = lines.find((l) => l.startsWith(start));
        if (line !== undefined) return line;
        if (started.exitCode !== null) throw new Error(`the child ended before it said ${start}: ${errors}`);
        await sleep(5);
      }
    },
    exit: async () => await ended,
  };
}
