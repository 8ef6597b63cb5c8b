import type { Detector, DetectorContext, ReadFile } from "../../detector.js";
import { exportedNames, hasExports } from "../../parsers/exports.js";
import { addedLines, removedLines, sidesOf } from "../../sides.js";
import { isEntry, isReachable, isUsedInside } from "./public-names.js";

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
    if (!losesDeclaration(file)) return [];
    const gone = sidesOf(file)
      .before.flatMap((f) => exportedNames(f, path))
      .filter((e) => e.changed);
    if (gone.length === 0) return [];
    const inside = (name: string) => !isEntry(path) && isUsedInside(name, { path: file.change.path, context });
    const [first, ...others] = gone.filter(
      (e) => !isKept(e.name, { file, context }) && !inside(e.name.split(".").at(-1) ?? ""),
    );
    if (!first) return [];
    const also = others.length === 0 ? "" : ` and ${others.length} more`;
    return [
      { path: file.change.path, line: first.line, why: `${first.name}${also} can no longer be used from outside.` },
    ];
  },
};

/** Cheap look before parsing: a removed line up to its parameters or value that no added line begins with. */
function losesDeclaration(file: ReadFile): boolean {
  const after = new Set(addedLines(file).map((l) => head(l.text)));
  return removedLines(file).some((l) => declaration.test(l.text) && !after.has(head(l.text)));
}

function head(text: string): string {
  const listed = /^\s*(export\s*(\{|\*|default)|__all__|(module\.)?exports\b)/.test(text);
  const method = /^func\s*\([^)]*\)\s*\w+/.exec(text)?.[0];
  return (listed ? text : (method ?? text.replace(/[({=:;].*$/, ""))).replace(/\s+/g, " ").trim();
}

const declaration =
  /\bexports?\b|^\s*(async\s+def|def|class|module|func|type|var|const|pub|public)\b|\bpublic\b|\bpub\b|^\s*[A-Z]\w*\s*[:=]|__all__|^\s*["']?\w+["']?,?\s*$|^\t[A-Z]/;

const memo = new WeakMap<DetectorContext, Map<string, Set<ReadFile>>>();

/** Whether the change leaves or declares the name somewhere: what moved is not gone. */
function isKept(name: string, { file, context }: { file: ReadFile; context: DetectorContext }): boolean {
  const files = new Set([file, ...(addedWords(context).get(name.split(".").at(-1) ?? "") ?? [])]);
  return [...files].some(
    (f) =>
      f.change.status !== "removed" &&
      sidesOf(f).after.some((s) => exportedNames(s, f.change.path).some((e) => e.name === name)),
  );
}

/** Which files' added lines say a word: only those are worth parsing. */
function addedWords(context: DetectorContext): Map<string, Set<ReadFile>> {
  const known = memo.get(context);
  if (known) return known;
  const made = new Map<string, Set<ReadFile>>();
  for (const file of context.files) {
    if (!hasExports(file.change.path) || file.change.added === 0) continue;
    for (const line of addedLines(file).filter((l) => declaration.test(l.text)))
      for (const [word] of line.text.matchAll(/[A-Za-z_]\w*/g)) {
        const files = made.get(word);
        if (files) files.add(file);
        else made.set(word, new Set([file]));
      }
  }
  memo.set(context, made);
  return made;
}
