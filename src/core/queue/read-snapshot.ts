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
  const whole: Fields = { ...absentDefaults, ...value };
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
  wantTrunk(whole);
  if (whole["controls"] !== undefined) wantControls(whole["controls"]);
  return whole as unknown as PlanSnapshot;
}

function wantTrunk({ trunk }: Fields): void {
  if (trunk === undefined) return;
  const fields = objectAt(trunk, "trunk");
  wantNumber(fields, "at", "trunk.");
  if (!["unknown", "running", "green", "red"].includes(String(fields["status"])))
    throw new SnapshotError("trunk.status must be unknown, running, green or red");
}

/** What is misread here would let through what a person wanted held, so wrong types are refused. */
function wantControls(controls: unknown): void {
  const fields = { freezes: [], windows: [], throttles: [], ...objectAt(controls, "controls") };
  for (const limit of ["startsMax", "membersMax", "flakeRetries"])
    if (limit in fields) wantNumber(fields, limit, "controls.");
  eachOf(fields, "freezes", (freeze, at) => {
    if (freeze["span"] !== undefined) wantSpan(freeze["span"], `${at}span`);
    if (freeze["except"] !== undefined) wantList(freeze, "except", at);
  });
  eachOf(fields, "windows", (window, at) => {
    wantSpan(window["span"], `${at}span`);
  });
  eachOf(fields, "throttles", (throttle, at) => {
    wantNumber(throttle, "perHour", at);
  });
}

function wantSpan(span: unknown, at: string): void {
  const fields = objectAt(span, at);
  wantList(fields, "days", `${at}.`);
  if (typeof fields["zone"] !== "string") throw new SnapshotError(`${at}.zone must be a string`);
  for (const date of ["from", "to"])
    if (fields[date] !== null && typeof fields[date] !== "string")
      throw new SnapshotError(`${at}.${date} must be a date or null`);
  if (fields["hours"] === null) return;
  const hours = objectAt(fields["hours"], `${at}.hours`);
  for (const end of ["from", "to"]) wantNumber(hours, end, `${at}.hours.`);
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
    check(objectAt(list[i], `${field}[${i}]`), `${field}[${i}].`);
  }
}

function objectAt(value: unknown, at: string): Fields {
  if (typeof value !== "object" || value === null) throw new SnapshotError(`${at} must be an object`);
  return value as Fields;
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
