import type { Instant } from "../../model/ids.js";
import type { Station } from "../../model/station.js";

/**
 * What happened to a pull request, as a code host can tell it. Events come in order of time; `at` is in minutes
 * from a Monday 00:00 in the team's own time, so that day d is [1440 d, 1440 (d + 1)). Nothing here says when a
 * review or an author's rework *starts*, nor what waits to be written: those are reconstructed (ledger.ts).
 */
export interface FlowEvent {
  readonly at: number;
  readonly pr: PrId;
  readonly event: FlowEventName;
  /** Who did it: an author, a reviewer, a runner. */
  readonly actor?: string;
  /** With `opened`. */
  readonly kind?: WorkKind;
  /** With `opened`: the team that reviews it; with a review's events: who was asked. `approvers` is the sign-off. */
  readonly team?: string;
  /** With `opened`: goal units it is worth once it is with users. */
  readonly value?: number;
  readonly urgent?: boolean;
  readonly reversibility?: string;
  /** With a build's events. */
  readonly for?: "ci" | "queue";
  /** With `build_finished` and `deployed`. */
  readonly ok?: boolean;
  /** With `closed`: `stale` when nobody came to it, anything else is a judgment. */
  readonly reason?: string;
  /** With `opened`: the paths it touches, where they are known. */
  readonly paths?: readonly string[];
}

export type PrId = number | string;

export const workKinds = ["human", "agent", "bot"] as const;
export type WorkKind = (typeof workKinds)[number];

export const flowEventNames = [
  "opened",
  "ready_for_review",
  "pushed",
  "build_started",
  "build_finished",
  "review_requested",
  "review_submitted",
  "changes_requested",
  "approved",
  "queued",
  "landed",
  "deployed",
  "closed",
] as const;
export type FlowEventName = (typeof flowEventNames)[number];

/** The team name by which a sign-off is asked for. */
export const approvers = "approvers";
/** All who are asked by name are one pool: no figure is ever given by person. */
export const people = "reviewers";

export const dayMinutes = 1440;
// Taken out of Math once, as in random.ts.
const { floor } = Math;
/** 1970-01-05 was a Monday. */
export const firstMondayMs = 4 * dayMinutes * 60_000;
/** The moment of an event where nobody says of which week it is: the first there was. */
export const instantOf = (at: number): Instant => firstMondayMs + Math.round(at * 60_000);
export const dayOf = (at: number): number => floor(at / dayMinutes);

/** The events of one line of input, or what is wrong with it. */
export function readFlowEvent(line: unknown): { readonly event: FlowEvent } | { readonly problem: string } {
  if (typeof line !== "object" || line === null) return { problem: "an event is a JSON object" };
  const { at, pr, event } = line as Record<string, unknown>;
  if (typeof at !== "number" || !Number.isFinite(at)) return { problem: "`at` must be a number of minutes" };
  if (typeof pr !== "number" && typeof pr !== "string") return { problem: "`pr` must name a pull request" };
  if (!flowEventNames.some((name) => name === event)) return { problem: `unknown event ${JSON.stringify(event)}` };
  const wrong = Object.entries(fieldTypes).find(([name, type]) => {
    const value = (line as Record<string, unknown>)[name];
    return value !== undefined && typeof value !== type;
  });
  if (wrong) return { problem: `\`${wrong[0]}\` must be a ${wrong[1]}` };
  return { event: line as FlowEvent };
}

const fieldTypes = {
  actor: "string",
  kind: "string",
  team: "string",
  value: "number",
  urgent: "boolean",
  reversibility: "string",
  for: "string",
  ok: "boolean",
  reason: "string",
} as const;

/** A kind nobody told us about is taken for a person's: their waiting must never be hidden as a machine's. */
export function workKind(kind: string | undefined): WorkKind {
  return kind === "agent" || kind === "bot" ? kind : "human";
}

/** Stations with servers of their own, whose visits the ledger keeps. */
export type Served = Extract<Station, "ci" | "review" | "approval" | "queue">;
