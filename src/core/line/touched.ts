import type { PullFacts } from "../facts/facts.js";
import type { Classification } from "../model/classification.js";
import { codeownersPaths } from "../policy/codeowners.js";
import { pathMatches } from "../policy/pattern.js";
import type { LaneSettings } from "../policy/policy.js";
import { targetsMax } from "./affected.js";

/**
 * What a change touches, where the policy has lanes: named targets, or everything. Two changes that share a target are
 * in one lane. What isn't known touches everything; so does what decides about others: the policy and workflows, what
 * says who depends on whom, and what cannot be taken back.
 */
export type Touched =
  | { readonly kind: "these"; readonly targets: readonly string[] }
  | { readonly kind: "everything"; readonly why: TouchesEverything };

export type TouchesEverything =
  | { readonly because: "one-way" | "files-unreadable" | "unreported" }
  | { readonly because: "report-unreadable"; readonly what: string }
  /** A file of no scope, one that governs, one that says who depends on whom. */
  | { readonly because: "no-scope" | "governs" | "dependencies"; readonly path: string };

export function touchedBy(
  {
    pull,
    classification,
  }: { readonly pull: PullFacts; readonly classification: Pick<Classification, "reversibility"> },
  lanes: LaneSettings,
): Touched {
  const { reversibility } = classification;
  if (reversibility === "irreversible" || reversibility === "unknown") return everything({ because: "one-way" });
  if (pull.files.state !== "read") return everything({ because: "files-unreadable" });
  const paths = pull.files.value.flatMap((f) => (f.oldPath === undefined ? [f.path] : [f.path, f.oldPath]));
  return touchedByPaths(paths, { lanes, affected: pull.affected });
}

/** The same by the paths alone of what can be taken back. */
export function touchedByPaths(
  paths: readonly string[],
  { lanes, affected }: { readonly lanes: LaneSettings; readonly affected?: PullFacts["affected"] },
): Touched {
  const governing = paths.find(governs);
  if (governing !== undefined) return everything({ because: "governs", path: governing });
  const graph = paths.find(saysWhoDepends);
  if (graph !== undefined) return everything({ because: "dependencies", path: graph });
  if (lanes.affected === null) return byScopes(paths, lanes);
  if (!affected || affected.state === "absent") return everything({ because: "unreported" });
  if (affected.state === "unreadable") return everything({ because: "report-unreadable", what: affected.why });
  const scopes = paths.flatMap((path) => scopesOf(path, lanes));
  return these([...affected.value, ...scopes]);
}

/** Every path is in a scope, or the change touches everything. */
function byScopes(paths: readonly string[], lanes: LaneSettings): Touched {
  const outside = paths.find((path) => scopesOf(path, lanes).length === 0);
  if (outside !== undefined) return everything({ because: "no-scope", path: outside });
  return these(paths.flatMap((path) => scopesOf(path, lanes)));
}

function scopesOf(path: string, { scopes }: LaneSettings): readonly string[] {
  return scopes.filter((s) => s.paths.some((p) => pathMatches(p, path))).map((s) => s.name);
}

function these(names: readonly string[]): Touched {
  const targets = [...new Set(names)].sort();
  if (targets.length === 0) return everything({ because: "files-unreadable" });
  if (targets.length > targetsMax)
    return everything({ because: "report-unreadable", what: `more than ${targetsMax} targets` });
  return { kind: "these", targets };
}

function everything(why: TouchesEverything): Touched {
  return { kind: "everything", why };
}

/** How changes are judged and tested: after such a change every earlier answer may be another. */
function governs(path: string): boolean {
  return path.startsWith(".github/") || (codeownersPaths as readonly string[]).includes(path);
}

/**
 * Files of build systems and package managers that say who depends on whom. A report about another change was made
 * without this one, so that what it would affect now isn't known.
 */
const dependencyFiles: readonly RegExp[] = [
  /^(package|package-lock|npm-shrinkwrap|lerna|nx|project|workspace|deno)\.json$/,
  /^(yarn\.lock|pnpm-lock\.yaml|pnpm-workspace\.yaml|bun\.lockb?|turbo\.jsonc?|tsconfig[^/]*\.json|deno\.(jsonc|lock))$/,
  /^(BUILD|WORKSPACE)(\.bazel|\.bzlmod)?$|^MODULE\.bazel(\.lock)?$|\.bzl$|^\.bazelrc$|^(BUCK|TARGETS|pants\.toml)$/,
  /^go\.(mod|sum|work)$|^Cargo\.(toml|lock)$|^(build\.zig(\.zon)?|Package\.(swift|resolved))$/,
  /^(pyproject\.toml|setup\.(py|cfg)|Pipfile(\.lock)?|(poetry|uv|pdm)\.lock|.*requirements[^/]*\.(txt|in))$/,
  /^pom\.xml$|\.gradle(\.kts)?$|^(gradle\.properties|libs\.versions\.toml|build\.sbt)$/,
  /^(Gemfile(\.lock)?|composer\.(json|lock)|mix\.(exs|lock)|rebar\.config)$|\.gemspec$/,
  /\.(csproj|fsproj|vbproj|sln|slnx|props|targets)$|^(CMakeLists\.txt|meson\.build|flake\.(nix|lock))$|\.cmake$/,
];

function saysWhoDepends(path: string): boolean {
  const file = path.slice(path.lastIndexOf("/") + 1);
  return dependencyFiles.some((pattern) => pattern.test(file));
}
