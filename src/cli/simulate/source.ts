import type { Instant } from "../../core/model/ids.js";
import type { Verdict } from "../../core/model/verdict.js";
import type { Policy } from "../../core/policy/policy.js";
import type { Load } from "../../core/queue/simulation/world.js";

/** What is played: a drawn load, or changes that really came. */
export interface Source {
  /** For people: the shape's name, the file, the folder, the queue. */
  readonly name: string;
  readonly load: Omit<Load, "seed" | "slots">;
  /** Oldest first; null: drawn by `load`. */
  readonly changes: readonly PastChange[] | null;
  /** Minute 0 of the load: what calendars are asked about. */
  readonly epoch: Instant;
  /** The policy in force there; null: it has none of its own. */
  readonly today: Policy | null;
  /** What each policy asks of each change, before anybody has judged it; null: there is nothing to judge. */
  readonly judge: ((policies: readonly Policy[]) => Promise<readonly Judgments[]>) | null;
  /** What could not be known and was assumed, a sentence each. */
  readonly assumed: readonly string[];
}

export interface PastChange {
  readonly id: string;
  /** When it was there to be judged. */
  readonly proposedAt: Instant;
  /** Minutes that people's judgment took; null: not known, or none was needed. */
  readonly judgedMinutes: number | null;
  /** That it touches; a ledger keeps the first fifty. */
  readonly paths: readonly string[];
  /** Is it irreversible or of unknown reversibility? Null: not known. */
  readonly oneWay: boolean | null;
  /** What its own checks said in the end; null: not known. */
  readonly good: boolean | null;
}

/** By the change's id. One that isn't there could not be judged again, and is let in as it was. */
export type Judgments = ReadonlyMap<string, Pick<Verdict, "path" | "permits" | "asks">>;

/** A target is a folder this deep: deep enough to tell parts apart, shallow enough that a part is one target. */
const targetDepth = 2;

/** The folders that a change touches; a file at the top is in the top folder. */
export function foldersOf(paths: readonly string[]): string[] {
  const folders = paths.map((p) => p.split("/").slice(0, -1).slice(0, targetDepth).join("/") || ".");
  return [...new Set(folders)].sort();
}
