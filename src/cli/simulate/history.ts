import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { gunzipSync } from "node:zlib";
import type { Arrival } from "../../core/queue/simulation/world.js";

/** What a history can't be read for; the message says what and where. */
export class HistoryError extends Error {
  override readonly name = "HistoryError";
}

/** A target is a folder this deep: deep enough to tell parts apart, shallow enough that a part is one target. */
const targetDepth = 2;
const gitOutputBytesMax = 512 * 1024 * 1024;

/**
 * Arrivals from a file of landed changes, one JSON object a line (plain or gzip): `committed_at` in seconds and
 * `files` with `path`. The newest `count` of them, the first at minute 0.
 */
export async function arrivalsFromFile(file: string, count: number): Promise<Arrival[]> {
  const bytes = await readFile(file);
  const text = bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes).toString("utf8") : bytes.toString("utf8");
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const first = Math.max(0, lines.length - count);
  return fromStart(lines.slice(first).map((line, i) => landedChange(line, `${file}:${first + i + 1}`)));
}

function landedChange(line: string, where: string): Landed {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new HistoryError(`${where}: not JSON`);
  }
  const fields = value as { committed_at?: unknown; files?: unknown } | null;
  if (typeof fields?.committed_at !== "number") throw new HistoryError(`${where}: committed_at must be seconds`);
  if (!Array.isArray(fields.files)) throw new HistoryError(`${where}: files must be a list`);
  const paths = fields.files.map((file: unknown) => {
    const path = (file as { path?: unknown } | null)?.path;
    return typeof path === "string" ? path : "";
  });
  return { seconds: fields.committed_at, paths };
}

/** Arrivals from the first-parent history of a clone's checked-out branch. */
export async function arrivalsFromGit(folder: string, count: number): Promise<Arrival[]> {
  const args = ["-C", folder, "log", "--first-parent", `-n${count}`, "-m", "--name-only", "-z", "--format=%x01%ct"];
  const { stdout } = await promisify(execFile)("git", args, { maxBuffer: gitOutputBytesMax }).catch(
    (error: unknown) => {
      throw new HistoryError(`${folder}: git log failed: ${error instanceof Error ? error.message : String(error)}`);
    },
  );
  const landed = stdout
    .split("\u0001")
    .filter((record) => record !== "")
    .map((record): Landed => {
      const [seconds = "", ...paths] = record.split("\0").map((p) => p.replace(/^\n/, ""));
      return { seconds: Number(seconds), paths: paths.filter((p) => p !== "") };
    });
  return fromStart(landed);
}

/** The same arrivals at another mean rate: real histories hold nights and weekends, and the queue to come may not. */
export function atRate(arrivals: readonly Arrival[], perHour: number): Arrival[] {
  const hours = Math.max(1 / 60, ((arrivals.at(-1)?.at ?? 0) - (arrivals[0]?.at ?? 0)) / 60);
  const factor = arrivals.length / hours / perHour;
  return arrivals.map((a) => ({ ...a, at: a.at * factor }));
}

interface Landed {
  readonly seconds: number;
  readonly paths: readonly string[];
}

function fromStart(landed: readonly Landed[]): Arrival[] {
  if (landed.length === 0) throw new HistoryError("the history holds no change");
  const ordered = [...landed].sort((a, b) => a.seconds - b.seconds);
  const first = ordered[0]?.seconds ?? 0;
  return ordered.map(({ seconds, paths }) => ({ at: (seconds - first) / 60, targets: targetsOf(paths) }));
}

/** The folders that a change touches; a file at the top is in the top folder. */
function targetsOf(paths: readonly string[]): string[] {
  const folders = paths.map((p) => p.split("/").slice(0, -1).slice(0, targetDepth).join("/") || ".");
  return [...new Set(folders)].sort();
}
