import type { Change, FileChange } from "../model/change.js";
import { reversibilities, worstReversibility, type Classification, type Finding } from "../model/classification.js";
import { finding, type Detector, type DetectorContext, type ReadFile } from "./detector.js";
import { detectors } from "./detectors.js";
import type { DiffProblem } from "./diff.js";
import { rememberFew } from "./few.js";
import { hunkLines } from "./hunks.js";
import { opaqueChange, opaqueDetector, opaqueFinding } from "./opaque.js";

export const classifyLimits = {
  /** Findings kept of a change, the worst first; the class is the worst of all, kept or not. */
  findings: 1_000,
  /** Findings one detector may give for one file. */
  perDetectorAndFile: 50,
} as const;

/**
 * What kind of change this is, with the evidence: the worst reversibility of all findings, `reversible` for none.
 * An empty change, and whatever could not be read (`problems` of the diff included), is `unknown`.
 */
export function classify(
  change: Change,
  given: { readonly problems?: readonly DiffProblem[]; readonly using?: readonly Detector[] } = {},
): Classification {
  const found: Finding[] = (given.problems ?? []).map((p) =>
    opaqueChange("opaque/diff", p.line > 0 ? `Line ${p.line} of the diff: ${p.message}.` : `The diff: ${p.message}.`),
  );
  if (change.files.length === 0 && found.length === 0) {
    found.push(opaqueChange("opaque/empty", "The change holds no file, so there is nothing to judge."));
  }
  const context: DetectorContext = { change, files: change.files.map(readFile) };
  for (const file of context.files) found.push(...fileFindings(file, context, given.using ?? detectors));
  const findings = deduplicated(found).sort(inOrder);
  return {
    reversibility: worstReversibility(findings.map((f) => f.reversibility)),
    findings: findings.slice(0, classifyLimits.findings),
  };
}

/** Hunks are read when a detector first asks for them: most files concern none. */
function readFile(change: FileChange): ReadFile {
  return {
    change,
    get lines() {
      return linesOf(change);
    },
  };
}

const linesOf = rememberFew((change: FileChange) =>
  change.patch.state === "text" ? hunkLines(change.patch.text) : [],
);

function fileFindings(file: ReadFile, context: DetectorContext, using: readonly Detector[]): Finding[] {
  const opaque = opaqueFinding(file.change);
  const found: Finding[] = opaque ? [opaque] : [];
  for (const detector of using) {
    try {
      if (!detector.concerns(file.change)) continue;
      const said = detector.detect(file, context).map((hit) => finding(detector, hit));
      found.push(...said.sort(inOrder).slice(0, classifyLimits.perDetectorAndFile));
    } catch {
      // A bug in one detector must neither stop the others nor let the file pass.
      found.push(opaqueDetector(file.change.path, detector.id));
    }
  }
  return found;
}

/** The same detector on the same line says it once: the worst of what it said. */
function deduplicated(findings: readonly Finding[]): Finding[] {
  const kept = new Map<string, Finding>();
  for (const f of findings) {
    const key = `${f.detector}\n${f.line ?? 0}\n${f.path}`;
    const earlier = kept.get(key);
    if (!earlier || severity(f) < severity(earlier)) kept.set(key, f);
  }
  return [...kept.values()];
}

/** Worst first, then by place, so that the same change always reads the same. */
function inOrder(a: Finding, b: Finding): number {
  return (
    severity(a) - severity(b) ||
    compareText(a.path, b.path) ||
    (a.line ?? 0) - (b.line ?? 0) ||
    compareText(a.detector, b.detector)
  );
}

function severity(f: Finding): number {
  return reversibilities.indexOf(f.reversibility);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
