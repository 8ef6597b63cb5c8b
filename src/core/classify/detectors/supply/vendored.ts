import type { FileChange } from "../../../model/change.js";
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
  concerns: (file) => (isVendoredPath(file.path) && !isGlue(file)) || /(^|\/)\.gitmodules$/.test(file.path),
  // Said once for each folder of copies: a vendored update touches thousands of files.
  detect: (file, context) =>
    firstOf(context).get(rootOf(file.change.path)) === file.change.path ? [{ path: file.change.path }] : [],
};

/** The project's own build files beside the copies, and submodules, which are judged as what can't be read. */
function isGlue(file: FileChange): boolean {
  return (
    file.patch.state === "submodule" ||
    /(^|\/)(BUCK|BUILD(\.bazel)?|TARGETS|CMakeLists\.txt|README[^/]*|[^/]+\.(bzl|cmake|md))$/.test(file.path)
  );
}

function firstOf(context: DetectorContext): Map<string, string> {
  const known = firsts.get(context);
  if (known) return known;
  const made = new Map<string, string>();
  for (const { change } of context.files) {
    if (isGlue(change)) continue;
    const root = rootOf(change.path);
    if (!made.has(root)) made.set(root, change.path);
  }
  firsts.set(context, made);
  return made;
}

function rootOf(path: string): string {
  return /^(?:.*?\/)?(?:vendor|node_modules|third[-_]party|bower_components|Pods|Carthage)\//.exec(path)?.[0] ?? path;
}
