import type { Detector, Hit, ReadFile } from "../../detector.js";
import { addedCode, removedCode, mentions } from "../../parsers/changed-code.js";
import { jsonEntries } from "../../parsers/outline.js";
import { fileName } from "../../path-kinds.js";
import { sidesOf } from "../../sides.js";

const hooks = /^(pre|post)?install$|^(pre)?prepare$|^(pre|post)?uninstall$/;

export const installScripts: Detector = {
  id: "supply/install-scripts",
  reads: "scripts that run when a package is installed",
  reversibility: "recoverable",
  hazard: "high",
  why: "This runs on every machine that installs the project, before anyone looks.",
  remedy: "Do the work in an explicit command, or have the script read by someone who knows what it may touch.",
  source: "docs.npmjs.com/cli/using-npm/scripts; OpenSSF, npm best practices guide",
  concerns: (file) =>
    /^(package\.json|package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|setup\.py|build\.rs|extconf\.rb)$/.test(
      fileName(file.path),
    ),
  detect: (file) => {
    const name = fileName(file.change.path);
    if (name === "package.json") return npmHooks(file);
    if (name === "build.rs" || name === "extconf.rb")
      return file.change.status === "added" ? [{ path: file.change.path }] : [];
    if (name === "setup.py") return lines(file, /\bcmdclass\b/);
    return lines(file, /"hasInstallScript"\s*:\s*true|\brequiresBuild:\s*true/);
  },
};

function npmHooks(file: ReadFile): Hit[] {
  const before = new Set(
    sidesOf(file)
      .before.flatMap(jsonEntries)
      .map((e) => `${e.keys.at(-1) ?? ""}=${e.value ?? ""}`),
  );
  return sidesOf(file)
    .after.flatMap(jsonEntries)
    .filter((e) => e.changed && e.value !== null && hooks.test(e.keys.at(-1) ?? ""))
    .filter((e) => e.keys.at(-2) === "scripts" || e.keys.at(-2) === "?" || e.keys.length === 1)
    .filter((e) => !before.has(`${e.keys.at(-1) ?? ""}=${e.value ?? ""}`))
    .map((e) => ({ path: file.change.path, line: e.line }));
}

function lines(file: ReadFile, pattern: RegExp): Hit[] {
  if (!mentions(file, pattern)) return [];
  const before = removedCode(file).filter((l) => pattern.test(l.uncommented)).length;
  // Said once for a file: a lockfile may list the same for dozens of packages.
  return addedCode(file)
    .filter((l) => pattern.test(l.uncommented))
    .slice(before)
    .slice(0, 1)
    .map((l) => ({
      path: file.change.path,
      line: l.number,
      hazard: "medium",
      why: "A package in the lockfile runs code when it is installed.",
    }));
}
