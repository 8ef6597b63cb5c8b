import { workKind } from "../flow/event.js";
import type { InFlightState, PaceSnapshot, StationState, WorkId, WorkState } from "./snapshot.js";

/** Thrown for a line that is no snapshot; names the field. */
export class PaceSnapshotError extends Error {
  override readonly name = "PaceSnapshotError";
}

type Fields = Readonly<Record<string, unknown>>;

/** @throws PaceSnapshotError */
export function readPaceSnapshot(line: Fields): PaceSnapshot {
  return {
    now: number(line, "now"),
    stations: list(line, "stations").map(readStation),
    gate: list(line, "gate").map(readWork),
    inFlight: list(line, "inFlight").map(readInFlight),
    last7Days: readEndings(line["last7Days"]),
  };
}

function readStation(fields: Fields): StationState {
  const mean = fields["meanServiceMinutes"];
  return {
    station: text(fields, "station"),
    team: text(fields, "team"),
    servers: number(fields, "servers"),
    open: fields["open"] !== false,
    waiting: ids(fields, "waiting"),
    inService: ids(fields, "inService"),
    finishedLast7Days: number(fields, "finishedLast7Days"),
    meanServiceMinutes: typeof mean === "number" ? mean : null,
  };
}

function readWork(fields: Fields): WorkState {
  const predicted = fields["predictedMinutes"];
  if (!isFields(predicted)) throw new PaceSnapshotError("`predictedMinutes` must hold review and ci");
  return {
    id: id(fields["id"]),
    kind: workKind(text(fields, "kind")),
    team: text(fields, "team"),
    value: number(fields, "value"),
    urgent: fields["urgent"] === true,
    reversibility: typeof fields["reversibility"] === "string" ? fields["reversibility"] : "unknown",
    ageMinutes: number(fields, "ageMinutes"),
    predictedMinutes: { review: number(predicted, "review"), ci: number(predicted, "ci") },
  };
}

function readInFlight(fields: Fields): InFlightState {
  return {
    ...readWork(fields),
    at: text(fields, "at"),
    releasedMinutesAgo: number(fields, "releasedMinutesAgo"),
    reviews: number(fields, "reviews"),
  };
}

function readEndings(value: unknown): PaceSnapshot["last7Days"] {
  if (value === undefined) return {};
  if (!isFields(value)) throw new PaceSnapshotError("`last7Days` must be an object");
  const counted = Object.entries(value).map(([kind, endings]) => {
    if (!isFields(endings)) throw new PaceSnapshotError(`\`last7Days.${kind}\` must hold landed and closed`);
    return [kind, { landed: number(endings, "landed"), closed: number(endings, "closed") }];
  });
  return Object.fromEntries(counted) as PaceSnapshot["last7Days"];
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function list(fields: Fields, name: string): Fields[] {
  const value = fields[name];
  if (!Array.isArray(value) || !value.every(isFields)) {
    throw new PaceSnapshotError(`\`${name}\` must be a list of objects`);
  }
  return value;
}

function ids(fields: Fields, name: string): WorkId[] {
  const value = fields[name];
  if (!Array.isArray(value)) throw new PaceSnapshotError(`\`${name}\` must be a list of ids`);
  return value.map(id);
}

function id(value: unknown): WorkId {
  if (typeof value === "number" || typeof value === "string") return value;
  throw new PaceSnapshotError("an id must be a number or a text");
}

function number(fields: Fields, name: string): number {
  const value = fields[name];
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw new PaceSnapshotError(`\`${name}\` must be a number`);
}

function text(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value === "string") return value;
  throw new PaceSnapshotError(`\`${name}\` must be a text`);
}
