import type { Detector, Hit, ReadFile } from "../../detector.js";
import { isTestPath } from "../../path-kinds.js";
import { dependenciesAfter, dependenciesBefore, isManifest } from "./manifests.js";
import type { Dependency } from "./manifests.js";
import { isElsewhere, isUnpinned, stepBetween } from "./versions.js";

export const dependencies: Detector = {
  id: "supply/dependencies",
  reads: "package manifests of npm, pip, Cargo, Go, Bundler, Composer, Maven, Gradle, NuGet and pub",
  reversibility: "recoverable",
  hazard: "medium",
  why: "New code from elsewhere runs here, with this project's rights.",
  remedy:
    "Let the release age a few days, read its changelog and install scripts, and keep the update in a change of its own.",
  source: "docs.renovatebot.com, minimumReleaseAge; OpenSSF, Concise guide for evaluating open source software",
  concerns: (file) => isManifest(file) && file.status !== "removed" && !isTestPath(file.path),
  detect: (file) => {
    const before = new Map(dependenciesBefore(file).map((d) => [key(d.name), d]));
    const added = dependenciesAfter(file).filter((d) => d.changed);
    return file.change.status === "added"
      ? newManifest(file, added)
      : added.flatMap((d) => changed(file.change.path, d, before));
  },
};

function newManifest(file: ReadFile, all: readonly Dependency[]): Hit[] {
  const first = all[0];
  if (!first) return [];
  const why = `A new manifest brings ${all.length} ${all.length === 1 ? "dependency" : "dependencies"}, among them ${first.name}.`;
  return [{ path: file.change.path, line: first.line, why }];
}

function changed(path: string, now: Dependency, before: ReadonlyMap<string, Dependency>): Hit[] {
  const was = before.get(key(now.name));
  const at = { path, line: now.line };
  if (!was) return [{ ...at, why: `${now.name} is a new dependency: its code runs here, with this project's rights.` }];
  if (was.spec === now.spec) return [];
  if (isElsewhere(now.spec) && !isElsewhere(was.spec))
    return [{ ...at, hazard: "high", why: `${now.name} now comes from ${now.spec}, not from the registry.` }];
  if (isUnpinned(now.spec) && !isUnpinned(was.spec))
    return [{ ...at, why: `${now.name} is no longer held to a version: what runs can change without a commit.` }];
  if (stepBetween(was.spec, now.spec) === "major")
    return [
      { ...at, why: `${now.name} goes from ${was.spec} to ${now.spec}: a major step may change what it promises.` },
    ];
  return [];
}

/** Python and npm names that differ in case or dashes are the same package. */
function key(name: string): string {
  return name.toLowerCase().replace(/_/g, "-");
}
