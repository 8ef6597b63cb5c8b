import type { Detector, Hit, ReadFile } from "../../detector.js";
import { addedLines, removedLines } from "../../sides.js";
import { fileName, isExamplePath, isTestPath, isVendoredPath } from "../../path-kinds.js";

export const license: Detector = {
  id: "supply/license",
  reads: "LICENSE files, the licence named in manifests, SPDX headers",
  reversibility: "irreversible",
  why: "Terms once granted cannot be taken back from those who received the code under them.",
  remedy: "Have it decided by those who hold the rights, in a change of its own.",
  source: "Apache License 2.0 section 2, GPL-3.0 section 2: grants are irrevocable; SPDX",
  concerns: (file) =>
    !isVendoredPath(file.path) &&
    !isTestPath(file.path) &&
    !isExamplePath(file.path) &&
    (isLicense(file.path) || isManifest(file.path) || file.status === "modified"),
  detect: (file) => (isLicense(file.change.path) ? terms(file) : named(file)),
};

function isLicense(path: string): boolean {
  return /^(UN)?(LICEN[CS]E|COPYING)([-.](md|txt|rst|mit|apache(-2\.0)?|bsd|gpl|agpl|lgpl|mpl)){0,2}$/i.test(
    fileName(path),
  );
}

function isManifest(path: string): boolean {
  return /^(package\.json|Cargo\.toml|pyproject\.toml|setup\.py|setup\.cfg|composer\.json|pom\.xml)$|\.gemspec$/.test(
    fileName(path),
  );
}

/** A new year in the copyright line changes no terms. */
function terms(file: ReadFile): Hit[] {
  const stable = (text: string) =>
    text
      .replace(/\d{4}(\s*[-–,]\s*(\d{4}|present))*/gi, "")
      .replace(/\s+/g, " ")
      .trim();
  const before = removedLines(file)
    .map((l) => stable(l.text))
    .filter(Boolean)
    .join("\n");
  const after = addedLines(file)
    .map((l) => stable(l.text))
    .filter(Boolean)
    .join("\n");
  const moved = file.change.status === "renamed" && file.lines.length === 0;
  if (before === after || moved) return [];
  const hit = { path: file.change.path, line: (addedLines(file)[0] ?? removedLines(file)[0])?.number ?? 1 };
  // A further licence in a folder of its own speaks for what lies there, not for the project.
  const further = file.change.status === "added" && file.change.path.includes("/");
  return [further ? { ...hit, reversibility: "recoverable" } : hit];
}

const field = /^\s*(?:"license"\s*:|license\s*=|spec\.licenses?\s*=|license-expression\s*=)\s*(.+?),?\s*$/;
const header = /SPDX-License-Identifier:\s*([\w.()+ -]+)/;

/** A manifest or a file header that names another licence than before. */
function named(file: ReadFile): Hit[] {
  const pattern = isManifest(file.change.path) ? field : header;
  const before = removedLines(file).flatMap((l) => bare(pattern.exec(l.text)?.[1]) ?? []);
  const after = addedLines(file).flatMap((l) => {
    const name = bare(pattern.exec(l.text)?.[1]);
    return name === undefined ? [] : [{ name, line: l.number }];
  });
  const [now] = after;
  return now && before.length > 0 && !before.includes(now.name) ? [{ path: file.change.path, line: now.line }] : [];
}

/** `{ text = "MIT" }`, `["MIT"]` and `"MIT"` name the same licence. */
function bare(text: string | undefined): string | undefined {
  // A file's name says nothing about the terms in it.
  if (text === undefined || /^\{\s*file\s*=/.test(text)) return undefined;
  return text.replace(/^\{\s*text\s*=|[{}[\]"']/g, "").trim();
}
