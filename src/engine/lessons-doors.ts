import { drumLessons, type DrumLessons } from "../core/memory/absorption.js";
import type { Deployed, LandedDoor } from "../core/memory/windows.js";
import { isReversibility, pacedClassOf, type PacedClass } from "../core/model/classification.js";
import type { Instant, PrNumber } from "../core/model/ids.js";
import type { FlowRecord } from "./ports.js";

/** Remembered: the latest of each. */
const landedKept = 20_000;
const deployedKept = 5_000;

/** What landed and what was deployed, as the drum counts it. */
export interface DoorRecord {
  /** By number, the class as it was last judged. */
  readonly classes: Map<PrNumber, PacedClass | null>;
  readonly landed: LandedDoor[];
  readonly deployed: Deployed[];
}

export function nothingDoors(): DoorRecord {
  return { classes: new Map(), landed: [], deployed: [] };
}

export function takeDoor(
  { at, number, event, data }: FlowRecord,
  { harmed, doors: { classes, landed, deployed } }: { harmed: boolean; doors: DoorRecord },
): void {
  if (event === "deployed" && typeof data["sha"] === "string") {
    const { sha, environment, ok } = data;
    deployed.push({ at, sha, environment: typeof environment === "string" ? environment : null, ok: ok !== false });
    if (deployed.length > deployedKept) deployed.shift();
  }
  if (number === null) return;
  const { reversibility, sha } = data;
  if (event === "judged" && isReversibility(reversibility)) remember(classes, number, pacedClassOf(reversibility));
  if (event === "landed") {
    const of = classes.get(number) ?? null;
    landed.push({ number, at, sha: typeof sha === "string" ? sha : null, class: of, harmedAt: null });
    if (landed.length > landedKept) landed.shift();
  }
  if (!harmed) return;
  const index = landed.findLastIndex((l) => l.number === number);
  const known = landed[index];
  if (known?.harmedAt === null) landed[index] = { ...known, harmedAt: at };
}

export function doorLessons({ landed, deployed }: DoorRecord, now: Instant): DrumLessons {
  return drumLessons({ landed, deployed }, now);
}

function remember(classes: DoorRecord["classes"], number: PrNumber, of: PacedClass | null): void {
  classes.delete(number);
  classes.set(number, of);
  const [oldest] = classes.keys();
  if (classes.size > landedKept && oldest !== undefined) classes.delete(oldest);
}
