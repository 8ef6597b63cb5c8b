import type { Detector, DetectorContext } from "../../detector.js";
import type { FileChange } from "../../../model/change.js";
import { exportedNames, hasExports } from "../../parsers/exports.js";
import { fileName, isExamplePath, isTestPath, isVendoredPath } from "../../path-kinds.js";
import { removedLines, sidesOf } from "../../sides.js";

export const publicExport: Detector = {
  id: "code/public-export",
  reads: "public names of JavaScript, TypeScript, Python, Go, Java, Rust and Ruby code",
  reversibility: "recoverable",
  hazard: "medium",
  why: "Code outside this repository that uses the name stops building or running.",
  remedy: "Deprecate it for a release with a pointer to what replaces it, then remove it in a major version.",
  source: "semver.org, rule 8; API Extractor; cargo-semver-checks; gorelease",
  concerns: (file) => hasExports(file.path) && file.status !== "added" && isReachable(file),
  detect: (file, context) => {
    const path = file.change.oldPath ?? file.change.path;
    if (file.lines.some((l) => /^package main\b/.test(l.text))) return [];
    const gone = sidesOf(file)
      .before.flatMap((f) => exportedNames(f, path))
      .filter((e) => e.changed);
    if (gone.length === 0) return [];
    const kept = keptNames(context);
    const users = removedUses(context);
    const inside = (name: string) => !isEntry(path) && [...(users.get(name) ?? [])].some((p) => p !== file.change.path);
    const [first, ...others] = gone.filter((e) => !kept.has(e.name) && !inside(e.name.split(".").at(-1) ?? ""));
    if (!first) return [];
    const also = others.length === 0 ? "" : ` and ${others.length} more`;
    return [
      { path: file.change.path, line: first.line, why: `${first.name}${also} can no longer be used from outside.` },
    ];
  },
};

/** Programs, tests and what is marked internal have no users outside. */
function isReachable(file: FileChange): boolean {
  const { path } = file;
  if (isTestPath(path) || isExamplePath(path) || isVendoredPath(path)) return false;
  if (/(^|\/)(_|\.)[^/]/.test(path.replace(/__init__\.py$/, ""))) return false;
  if (/^(setup|conftest|manage|wsgi|asgi|settings)\.py$|\.(config|stories)\.[cm]?[jt]s$/.test(fileName(path)))
    return false;
  return !/(^|\/)(internal|private|impl|cmd|bin|scripts?|tools?|ci|build|dev|app|apps|pages|routes?|views?|controllers?|handlers?|components|screens|migrations?|server|services?|web|frontend|backend|cli|docs?|website|devtools)\//.test(
    path,
  );
}

/** Where outsiders import from: what goes from here was meant for them, whoever else used it. */
function isEntry(path: string): boolean {
  return (
    /^(index|main|mod|lib|api|public[-_]?api|__init__|exports?|types?)\.\w+$|\.d\.ts$|\.java$/.test(fileName(path)) ||
    /(^|\/)(include|public|api)\//.test(path)
  );
}

const uses = new WeakMap<DetectorContext, Map<string, Set<string>>>();

/** Words of removed lines by file: a name whose uses elsewhere in the change go with it had its users here. */
function removedUses(context: DetectorContext): Map<string, Set<string>> {
  const known = uses.get(context);
  if (known) return known;
  const made = new Map<string, Set<string>>();
  for (const file of context.files) {
    if (!hasExports(file.change.path) || isTestPath(file.change.path)) continue;
    for (const line of removedLines(file))
      for (const [word] of line.text.matchAll(/[A-Za-z_]\w{2,}/g)) {
        const paths = made.get(word);
        if (paths) paths.add(file.change.path);
        else made.set(word, new Set([file.change.path]));
      }
  }
  uses.set(context, made);
  return made;
}

const memo = new WeakMap<DetectorContext, Set<string>>();

/** Names that the change leaves or declares somewhere: what moved is not gone. */
function keptNames(context: DetectorContext): Set<string> {
  const known = memo.get(context);
  if (known) return known;
  const made = new Set(
    context.files
      .filter((f) => hasExports(f.change.path) && f.change.status !== "removed")
      .flatMap((f) => sidesOf(f).after.flatMap((s) => exportedNames(s, f.change.path).map((e) => e.name))),
  );
  memo.set(context, made);
  return made;
}
