import type { Change, FileChange } from "../model/change.js";
import type { Finding, Level, Reversibility } from "../model/classification.js";
import type { DiffLine } from "./hunks.js";

/** A file of the change with its hunks read once for all detectors. */
export interface ReadFile {
  readonly change: FileChange;
  /** Added and removed lines, with their numbers; empty when the patch has no text. */
  readonly lines: readonly DiffLine[];
}

export interface DetectorContext {
  readonly change: Change;
  readonly files: readonly ReadFile[];
}

/** What a detector says; the registry adds its id and source, and its own words where a hit has none. */
export interface Hit {
  readonly path: string;
  readonly line?: number;
  readonly reversibility?: Reversibility;
  readonly hazard?: Level;
  readonly why?: string;
  readonly remedy?: string;
}

/**
 * One signal: a small file of its own under `detectors/`, with its table of cases beside it, registered in
 * `detectors.ts`. Pure; a detector that throws makes its file `unknown`, never safe.
 */
export interface Detector {
  /** `area/what`, for example `sql/drop-column`. */
  readonly id: string;
  /** What it reads, in words: for `drumline classify --help` and the docs. */
  readonly reads: string;
  readonly reversibility: Reversibility;
  readonly hazard?: Level;
  readonly why: string;
  /** The concrete way to make the change two-way. */
  readonly remedy: string;
  readonly source: string;
  /** Cheap test by path, so that most detectors never look at most files. */
  readonly concerns: (file: FileChange) => boolean;
  readonly detect: (file: ReadFile, context: DetectorContext) => readonly Hit[];
}

export function finding(detector: Detector, hit: Hit): Finding {
  const hazard = hit.hazard ?? detector.hazard;
  return {
    detector: detector.id,
    path: hit.path,
    ...(hit.line !== undefined && { line: hit.line }),
    reversibility: hit.reversibility ?? detector.reversibility,
    ...(hazard !== undefined && { hazard }),
    why: hit.why ?? detector.why,
    remedy: hit.remedy ?? detector.remedy,
    source: detector.source,
  };
}
