import type { Detector, Hit } from "../../detector.js";
import type { FileChange } from "../../../model/change.js";
import { addedCode, removedCode } from "../../parsers/changed-code.js";
import type { CodeLine } from "../../parsers/changed-code.js";
import { fileName, isCiPath, isTestPath } from "../../path-kinds.js";

/** Commands and actions that put an artefact where it cannot be taken back. */
const publishes =
  /\b((npm|pnpm|yarn( npm)?|lerna|bun|changeset|vsce|ovsx|cargo|poetry|uv|flit|hatch|deno|jsr|dotnet nuget|pod trunk|twine|gem|nuget|conan|helm)\s+(--?[\w-]+(=\S+)?\s+)*(publish|upload|push)\b(?!-)|goreleaser(\s+release|\/goreleaser-action)|gh\s+release\s+(create|upload)|semantic-release\b|mvn\b.*\bdeploy\b|gradlew?\b.*\bpublish|sbt\b.*\bpublish|git\s+push\b.*(--tags|--follow-tags|refs\/tags\/|\s["']?v\d)|git\s+tag\s+(-\w+\s+)*["']?(v\d|\$)|np\s+--|softprops\/action-gh-release|pypa\/gh-action-pypi-publish|JS-DevTools\/npm-publish|ncipollo\/release-action|actions\/create-release|release-it\b|cargo\s+release\b|maturin\s+(publish|upload))/;
const images =
  /\b((docker|podman|buildah|crane|skopeo)\s+(push|copy)\b|docker\s+buildx\s+build\b.*--push\b|docker\/build-push-action)/;
const rehearsed = /--snapshot\b|\s-n\s*$|--tag[= ]("|')?(next|canary|beta|alpha|dev|nightly|preview)/;

export const publish: Detector = {
  id: "supply/publish",
  reads: "publishing steps in CI, scripts, Makefiles and package scripts",
  reversibility: "irreversible",
  why: "This publishes an artefact; a published version can never be reused, and those who fetched it keep it.",
  remedy: "Publish under a canary tag first, or rehearse with `--dry-run` and let a person start the real run.",
  source: "docs.npmjs.com/policies/unpublish; docs.pypi.org, Trusted publishers",
  concerns: (file) => runsCommands(file) && file.status !== "removed",
  detect: (file) => {
    const before = new Set(removedCode(file).map((l) => l.text.trim()));
    return addedCode(file)
      .filter((l) => !before.has(l.text.trim()))
      .flatMap((l) => published(file.change.path, l));
  },
};

function published(path: string, line: CodeLine): Hit[] {
  const text = line.uncommented;
  if (/^\s*(-\s*)?(name|description|echo)\b/.test(text) || /\becho\s/.test(text)) return [];
  if (images.test(text)) {
    const why = "This pushes an image: its tag can be moved back, but what pulled it meanwhile keeps it.";
    return [
      {
        path,
        line: line.number,
        reversibility: "recoverable",
        why,
        remedy: "Deploy by digest, so that going back is naming the earlier digest.",
      },
    ];
  }
  // A rehearsal leaves nothing behind, so it is not publishing.
  if (!publishes.test(text) || /--dry-run\b(?!=false)/.test(text)) return [];
  return [{ path, line: line.number, ...(rehearsed.test(text) && { reversibility: "recoverable" as const }) }];
}

function runsCommands(file: FileChange): boolean {
  const { path } = file;
  if (isTestPath(path)) return false;
  return (
    isCiPath(path) ||
    /\.(sh|bash|zsh|mk)$/.test(path) ||
    /^(Makefile|GNUmakefile|Justfile|Taskfile\.ya?ml|package\.json|Rakefile)$/i.test(fileName(path))
  );
}
