import { classify } from "../../src/core/classify/classify.js";
import { readDiff } from "../../src/core/classify/diff.js";
import type { Change, FileChange } from "../../src/core/model/change.js";
import type { Classification } from "../../src/core/model/classification.js";

export function changeOf(files: readonly FileChange[]): Change {
  return { title: "", body: "", labels: [], author: { login: "someone", kind: "human" }, files };
}

/** A new file with this text. */
export function addedFile(path: string, text: string): FileChange {
  const lines = text.split("\n");
  const hunk = [`@@ -0,0 +1,${lines.length} @@`, ...lines.map((l) => `+${l}`)].join("\n");
  return { path, status: "added", added: lines.length, deleted: 0, patch: { state: "text", text: hunk } };
}

export function classifiedDiff(diff: string): Classification {
  const { files, problems } = readDiff(diff);
  return classify(changeOf(files), { problems });
}

/** The detectors of an area that speak about a new file, with their lines, worst first. */
export function foundIn(area: string, { path, text }: { path: string; text: string }): string[] {
  return classify(changeOf([addedFile(path, text)]))
    .findings.filter((f) => f.detector.startsWith(`${area}/`))
    .map((f) => `${f.detector.slice(area.length + 1)}:${f.line ?? "-"}`);
}
