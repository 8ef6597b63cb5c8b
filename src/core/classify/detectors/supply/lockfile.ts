import type { FileChange } from "../../../model/change.js";
import type { Detector, Hit, ReadFile } from "../../detector.js";
import { fileName } from "../../path-kinds.js";
import { addedLines, hunksOf } from "../../sides.js";
import type { DiffLine } from "../../hunks.js";

const lockfiles =
  /^(package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lock|Cargo\.lock|poetry\.lock|uv\.lock|pdm\.lock|Pipfile\.lock|Gemfile\.lock|composer\.lock|go\.sum|mix\.lock|pubspec\.lock)$/;

/** Hosts of the public registries. */
const registries =
  /^(registry\.npmjs\.org|registry\.yarnpkg\.com|pypi\.org|files\.pythonhosted\.org|crates\.io|static\.crates\.io|github\.com\/rust-lang\/crates\.io-index|index\.crates\.io|rubygems\.org|api\.github\.com|packagist\.org|pub\.dev|hex\.pm)/;

export function isLockfile(file: FileChange): boolean {
  return lockfiles.test(fileName(file.path));
}

/** A lockfile's ordinary movement is two-way. What isn't: another source, or other contents under the same version. */
export const lockfile: Detector = {
  id: "supply/lockfile",
  reads: "lockfiles: where each package was resolved, and its hash",
  reversibility: "recoverable",
  hazard: "high",
  why: "A locked package now comes from a place that isn't its public registry.",
  remedy: "Make the lockfile anew from the manifest against the registry and compare.",
  source: "lockfile-lint, validate-host; Liran Tal, Why npm lockfiles can be a security blindspot",
  concerns: (file) => isLockfile(file) && file.status !== "removed",
  detect: (file) => [...otherHosts(file), ...otherContents(file)],
};

function otherHosts(file: ReadFile): Hit[] {
  const known = new Set(file.lines.filter((l) => l.kind !== "added").flatMap((l) => hostOf(l.text)));
  const found = new Map<string, number>();
  for (const line of addedLines(file))
    for (const host of hostOf(line.text)) if (!known.has(host) && !found.has(host)) found.set(host, line.number);
  return [...found].map(([host, line]) => ({
    path: file.change.path,
    line,
    why: `A locked package now comes from ${host}.`,
  }));
}

function hostOf(text: string): string[] {
  const m =
    /(?:resolved|tarball:|url =|source =|registry\+|git\+|remote:|resolution:).*?(?:https?|git\+ssh|ssh|git):\/\/(?:[^@/\s"]*@)?([^\s"'#?,}]+)/.exec(
      text,
    );
  const place = m?.[1] ?? "";
  return place === "" || registries.test(place) ? [] : [place.split("/")[0] ?? ""];
}

/** The same name and version with another hash: the registry never serves that. */
function otherContents(file: ReadFile): Hit[] {
  if (fileName(file.change.path) === "go.sum") return goSums(file);
  return hunksOf(file.lines).flatMap((hunk) => {
    const changed = hunk.filter((l) => l.kind !== "context");
    if (changed.some((l) => /version|resolved|resolution|@|specifier/.test(withoutHash(l)))) return [];
    const gone = changed.filter((l) => l.kind === "removed" && isHash(l.text)).length;
    const come = changed.filter((l) => l.kind === "added" && isHash(l.text));
    // A stronger algorithm for the same contents is no other contents.
    const sameKind = changed.some((l) => l.kind === "removed" && algorithm(l.text) === algorithm(come[0]?.text ?? ""));
    return gone > 0 && come[0] && sameKind ? [changedContents(file.change.path, come[0].number)] : [];
  });
}

function withoutHash(line: DiffLine): string {
  return isHash(line.text) ? "" : line.text;
}

function isHash(text: string): boolean {
  return (
    /\b(integrity|checksum|sha(1|256|512)[-:]|hash)\b/.test(text) &&
    !/resolution:|resolved/.test(text.replace(/integrity.*/, ""))
  );
}

function algorithm(text: string): string {
  return /\bsha(?:1|256|512)\b/.exec(text)?.[0] ?? "";
}

function goSums(file: ReadFile): Hit[] {
  const split = (text: string) => /^(\S+ \S+) (h1:\S+)$/.exec(text.trim());
  const before = new Map(
    file.lines
      .filter((l) => l.kind === "removed")
      .flatMap((l) => {
        const m = split(l.text);
        return m ? [[m[1] ?? "", m[2] ?? ""] as const] : [];
      }),
  );
  return addedLines(file).flatMap((l) => {
    const m = split(l.text);
    const was = before.get(m?.[1] ?? "");
    return m && was !== undefined && was !== m[2] ? [changedContents(file.change.path, l.number)] : [];
  });
}

function changedContents(path: string, line: number): Hit {
  return {
    path,
    line,
    hazard: "critical",
    why: "The same version now has another hash: its contents were replaced, or the lockfile was edited by hand.",
  };
}
