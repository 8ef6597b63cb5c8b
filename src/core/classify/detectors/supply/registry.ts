import type { Detector, Hit, ReadFile } from "../../detector.js";
import { addedCode } from "../../parsers/changed-code.js";
import { fileName, isTestPath } from "../../path-kinds.js";

const files =
  /^(\.npmrc|\.yarnrc(\.yml)?|\.pnpmfile\.cjs|bunfig\.toml|pip\.conf|\.pypirc|pyproject\.toml|Pipfile|Gemfile|[\w.-]*requirements[\w.-]*\.(txt|in)|pom\.xml|settings\.xml|build\.gradle(\.kts)?|settings\.gradle(\.kts)?|nuget\.config|composer\.json|config\.toml|go\.env|Dockerfile|\.condarc)$/i;

/** Lines that say where packages come from, or that they need not be checked. */
const source =
  /^\s*(@[\w-]+:)?registry\s*[=:]|npmRegistryServer|--?(extra-)?index-url|^\s*-i\s+https?:|--trusted-host|^\s*(extra-)?index-url\s*=|--find-links|^\s*source\s+["']https?:|\[source\.|replace-with\s*=|\[\[tool\.(poetry|uv)\.(source|index)\]\]|<repository>|<mirror>|\bmaven\s*\{|<add\s+key=.*value="https?:|"repositories"\s*:|\bGOPROXY\b|\bGONOSUMDB\b|\bGONOSUMCHECK\b|\bGOINSECURE\b|\bGOFLAGS\b.*-insecure|strict-ssl\s*=\s*false|\bregistries\./;

export const registry: Detector = {
  id: "supply/registry",
  reads: "where package managers fetch from",
  reversibility: "recoverable",
  hazard: "high",
  why: "Packages come from another place, or are fetched without a check: whoever runs that place chooses what runs here.",
  remedy: "Scope a private registry to its own names, keep the lockfile's hashes, and land this apart from code.",
  source: "Alex Birsan, Dependency confusion; docs.npmjs.com, .npmrc; pip docs, --extra-index-url",
  concerns: (file) => files.test(fileName(file.path)) && file.status !== "removed" && !isTestPath(file.path),
  detect: (file) => pointed(file),
};

function pointed(file: ReadFile): Hit[] {
  return addedCode(file)
    .filter((l) => source.test(l.uncommented))
    .map((l) => ({ path: file.change.path, line: l.number }));
}
