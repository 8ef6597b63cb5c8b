import type { Detector, DetectorContext } from "../../detector.js";
import { isVendoredPath } from "../../path-kinds.js";

const firsts = new WeakMap<DetectorContext, Map<string, string>>();

export const vendored: Detector = {
  id: "supply/vendored",
  reads: "copies of other people's code, and where submodules point",
  reversibility: "recoverable",
  hazard: "medium",
  why: "A copy of someone else's code changes here; nobody reviews it line by line.",
  remedy: "Say which upstream release it is and let a check compare the copy with it.",
  source: "OpenSSF Scorecard, Pinned-Dependencies; go mod vendor",
  concerns: (file) => isVendoredPath(file.path) || /(^|\/)\.gitmodules$/.test(file.path),
  // Said once for each folder of copies: a vendored update touches thousands of files.
  detect: (file, context) =>
    firstOf(context).get(rootOf(file.change.path)) === file.change.path ? [{ path: file.change.path }] : [],
};

function firstOf(context: DetectorContext): Map<string, string> {
  const known = firsts.get(context);
  if (known) return known;
  const made = new Map<string, string>();
  for (const { change } of context.files) {
    const root = rootOf(change.path);
    if (!made.has(root)) made.set(root, change.path);
  }
  firsts.set(context, made);
  return made;
}

function rootOf(path: string): string {
  return /^(?:.*?\/)?(?:vendor|node_modules|third[-_]party|bower_components|Pods|Carthage)\//.exec(path)?.[0] ?? path;
}
