import type { PlanSnapshot } from "./snapshot.js";

/** What is wrong with a snapshot and where: `queue[3].targets must be a list`. */
export class SnapshotError extends Error {
  override readonly name = "SnapshotError";
}

/**
 * A snapshot from outside, checked by hand because ten thousand changes have a few milliseconds. Fields that the
 * planner doesn't know are ignored.
 * @throws SnapshotError naming the first field that is wrong.
 */
export function readSnapshot(value: Readonly<Record<string, unknown>>): PlanSnapshot {
  for (const field of ["now", "slots", "landedCount"]) wantNumber(value, field, "");
  const whole = { ...absentDefaults, ...value };
  for (const field of ["conflictProbability", "conflictHorizonMinutes", "flakeProbability"])
    wantNumber(whole, field, "");
  eachOf(whole, "queue", (change, at) => {
    wantId(change, at);
    for (const field of ["arrivedAt", "passProbability", "expectedMinutes"]) wantNumber(change, field, at);
    wantList(change, "targets", at);
  });
  eachOf(whole, "landed", (landed, at) => {
    wantId(landed, at);
    for (const field of ["at", "seq"]) wantNumber(landed, field, at);
    wantList(landed, "targets", at);
  });
  eachOf(whole, "builds", (build, at) => {
    wantId(build, at);
    for (const field of ["base", "startedAt"]) wantNumber(build, field, at);
    wantList(build, "members", at);
    if (!["running", "passed", "failed"].includes(String(build["status"])))
      throw new SnapshotError(`${at}status must be running, passed or failed`);
  });
  return whole as unknown as PlanSnapshot;
}

const absentDefaults = {
  conflictProbability: 0,
  conflictHorizonMinutes: 0,
  flakeProbability: 0,
  sharedCache: false,
  queue: [],
  landed: [],
  builds: [],
};

type Fields = Readonly<Record<string, unknown>>;

function eachOf(value: Fields, field: string, check: (item: Fields, at: string) => void): void {
  const list = value[field];
  if (!Array.isArray(list)) throw new SnapshotError(`${field} must be a list`);
  for (let i = 0; i < list.length; i++) {
    const item: unknown = list[i];
    if (typeof item !== "object" || item === null) throw new SnapshotError(`${field}[${i}] must be an object`);
    check(item as Fields, `${field}[${i}].`);
  }
}

function wantNumber(value: Fields, field: string, at: string): void {
  if (!Number.isFinite(value[field])) throw new SnapshotError(`${at}${field} must be a number`);
}

function wantList(value: Fields, field: string, at: string): void {
  if (!Array.isArray(value[field])) throw new SnapshotError(`${at}${field} must be a list`);
}

function wantId(value: Fields, at: string): void {
  if (typeof value["id"] !== "number" && typeof value["id"] !== "string")
    throw new SnapshotError(`${at}id must be a number or a string`);
}
