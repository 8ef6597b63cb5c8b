import type { Detector, Hit, ReadFile } from "../../detector.js";
import { addedCode, removedCode, mentions } from "../../parsers/changed-code.js";
import type { CodeLine } from "../../parsers/changed-code.js";
import { jsonEntries, yamlEntries } from "../../parsers/outline.js";
import type { Entry } from "../../parsers/outline.js";
import { tomlEntries } from "../../parsers/toml.js";
import { fileName, isExamplePath, isTestPath, isVendoredPath } from "../../path-kinds.js";
import { sidesOf } from "../../sides.js";
import type { Fragment } from "../../sides.js";
import { isPrerelease } from "./versions.js";

interface Version {
  readonly version: string;
  readonly line: number;
}

export const versionBump: Detector = {
  id: "supply/version-bump",
  reads: "the project's own version in package manifests and version files",
  reversibility: "irreversible",
  why: "A version that is published can never be reused, even after it is taken down; those who installed it keep it.",
  remedy: "Publish under a canary tag or a pre-release first, and move `latest` when it has proved itself.",
  source: "docs.npmjs.com/policies/unpublish; crates.io, cargo yank; PyPI, file name reuse",
  concerns: (file) =>
    file.status === "modified" &&
    kindOf(file.path) !== null &&
    !isTestPath(file.path) &&
    !isExamplePath(file.path) &&
    !isVendoredPath(file.path),
  detect: (file) => {
    if (!mentions(file, /\d\.\d/) || isPrivate(file)) return [];
    const before = versions(file, "before").at(0);
    const after = versions(file, "after").at(0);
    if (!before || !after || before.version === after.version) return [];
    if (/snapshot|[.-]dev\d*$/i.test(after.version)) return [];
    return [bumped(file.change.path, before, after)];
  },
};

function bumped(path: string, before: Version, after: Version): Hit {
  const why = `The version goes from ${before.version} to ${after.version}; once published it can never be reused or taken back from those who installed it.`;
  const hit = { path, line: after.line, why };
  return isPrerelease(after.version) || isLower(after.version, before.version)
    ? { ...hit, reversibility: "recoverable" }
    : hit;
}

/** A step back publishes nothing new: registries take higher versions as newer. */
function isLower(version: string, than: string): boolean {
  const parts = (v: string) => [...v.matchAll(/\d+/g)].slice(0, 3).map((m) => Number(m[0]));
  const [a, b] = [parts(version), parts(than)];
  const at = a.findIndex((n, i) => n !== b[i]);
  return at >= 0 && (a[at] ?? 0) < (b[at] ?? 0);
}

type Kind = "json" | "yaml" | "toml" | "lines";

function kindOf(path: string): Kind | null {
  const name = fileName(path);
  if (/^(package|lerna|composer|manifest|deno|jsr)\.json$/.test(name)) return "json";
  if (/^(Chart|pubspec|galaxy)\.ya?ml$/.test(name)) return "yaml";
  if (/^(Cargo|pyproject)\.toml$/.test(name)) return "toml";
  return lineRules.some(([files]) => files.test(name)) ? "lines" : null;
}

/** Files whose version is one line of its own shape. */
const lineRules: readonly (readonly [RegExp, RegExp])[] = [
  [/^(VERSION|version\.txt|\.version)$/, /^\s*v?(\d+\.\d+[\w.+-]*)\s*$/],
  [/^(setup\.py|setup\.cfg)$/, /^\s*version\s*=\s*["']?(\d+\.\d+[\w.+-]*)/],
  [
    /^(__init__|__about__|__version__|_version|version)\.py$/,
    /^\s*(?:__version__|VERSION|version)\s*(?::\s*\w+\s*)?=\s*["'](\d+\.\d+[^"']*)/,
  ],
  [/^version\.rb$|\.gemspec$/, /\b(?:VERSION|\.version)\s*=\s*["'](\d+\.\d+[^"']*)/],
  [/^(gradle\.properties|build\.gradle(\.kts)?)$/, /^\s*(?:version|VERSION_NAME)\s*=?\s*["']?(\d+\.\d+[\w.+-]*)/],
  [/^mix\.exs$/, /^\s*version:\s*"(\d+\.\d+[^"]*)/],
  [
    /\.(cs|fs|vb)proj$|^Directory\.Build\.props$|\.nuspec$/,
    /<(?:Version|PackageVersion|VersionPrefix|version)>(\d+\.\d+[^<]*)</,
  ],
];

function versions(file: ReadFile, side: "before" | "after"): Version[] {
  const kind = kindOf(file.change.path);
  const fragments = sidesOf(file)[side];
  if (kind === "json") return fragments.flatMap((f) => own(jsonEntries(f), [""]));
  if (kind === "yaml") return fragments.flatMap((f) => own(yamlEntries(f), [""]));
  if (kind === "toml") return fragments.flatMap(tomlVersions);
  const pattern = lineRules.find(([files]) => files.test(fileName(file.change.path)))?.[1];
  const lines: readonly CodeLine[] = side === "before" ? removedCode(file) : addedCode(file);
  return lines.flatMap((l) => {
    const version = pattern?.exec(l.uncommented)?.[1];
    return version === undefined ? [] : [{ version, line: l.number }];
  });
}

function tomlVersions(fragment: Fragment): Version[] {
  return own(tomlEntries(fragment), ["package", "project", "workspace.package", "tool.poetry", "?"]);
}

/** The `version` key of one of the given parents, on a changed line. */
function own(entries: readonly Entry[], parents: readonly string[]): Version[] {
  return entries
    .filter((e) => e.changed && e.keys.at(-1) === "version" && /^v?\d/.test(e.value ?? ""))
    .filter((e) => parents.includes(e.keys.slice(0, -1).join(".")))
    .map((e) => ({ version: e.value ?? "", line: e.line }));
}

function isPrivate(file: ReadFile): boolean {
  return file.lines.some(
    (l) =>
      l.kind !== "removed" && /^\s*"private"\s*:\s*true|^\s*publish\s*=\s*false|^publish_to:\s*['"]?none/.test(l.text),
  );
}
