/** Worst first; `unknown` is never treated as safe. */
export const reversibilities = ["irreversible", "unknown", "recoverable", "reversible"] as const;
export type Reversibility = (typeof reversibilities)[number];

export function isReversibility(value: unknown): value is Reversibility {
  return reversibilities.some((known) => known === value);
}

/** Highest first. */
export const levels = ["critical", "high", "medium", "low"] as const;
export type Level = (typeof levels)[number];

/** One piece of evidence about a change. */
export interface Finding {
  /** The detector's id, for example `sql/drop-column`. */
  readonly detector: string;
  readonly path: string;
  /** Line in the new file, or in the old one when the line was removed; from 1. */
  readonly line?: number;
  readonly reversibility: Reversibility;
  /** What carrying it out may do to a running system, when that is a matter of its own. */
  readonly hazard?: Level;
  readonly why: string;
  /** The concrete way to make the change two-way. */
  readonly remedy: string;
  /** Where the rule comes from: a document's name or address. */
  readonly source: string;
}

export interface Classification {
  readonly reversibility: Reversibility;
  readonly findings: readonly Finding[];
}

/** Probability that the change causes harm (revert, incident, broken main), with its reasons in words. */
export interface Risk {
  /** 0 to 1. */
  readonly score: number;
  readonly level: Level;
  readonly why: readonly string[];
}

/** The worst of several, `reversible` for none. */
export function worstReversibility(all: readonly Reversibility[]): Reversibility {
  return reversibilities.find((r) => all.includes(r)) ?? "reversible";
}

/** Classes that a plain revert does not restore: each has a drum of its own. */
export const pacedClasses = ["irreversible", "recoverable"] as const;
export type PacedClass = (typeof pacedClasses)[number];

/** The class that sets a change's pace; null: a revert restores it. What could not be read is paced as one-way. */
export function pacedClassOf(reversibility: Reversibility): PacedClass | null {
  if (reversibility === "reversible") return null;
  return reversibility === "recoverable" ? "recoverable" : "irreversible";
}
