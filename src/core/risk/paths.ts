/** What a path says about a file: its kind, and the folders it is counted under. */

export const fileKinds = ["source", "test", "docs", "config", "ci", "build", "generated", "asset"] as const;
export type FileKind = (typeof fileKinds)[number];

export interface PathFacts {
  readonly kind: FileKind;
  readonly extension: string;
  /** The folder that holds the file. */
  readonly folder: string;
  /** The first two levels: as near to "component" as a path alone gets. */
  readonly area: string;
}

export function pathFacts(path: string): PathFacts {
  const lower = path.toLowerCase();
  const parts = lower.split("/");
  const name = parts[parts.length - 1] ?? "";
  const dot = name.lastIndexOf(".");
  const extension = dot > 0 ? name.slice(dot + 1) : "";
  const folders = parts.slice(0, -1);
  return {
    kind: kindOf({ lower, name, extension, folders }),
    extension: extension === "" ? name : extension,
    folder: folders.join("/"),
    area: folders.slice(0, 2).join("/"),
  };
}

interface NamedPath {
  readonly lower: string;
  readonly name: string;
  readonly extension: string;
  readonly folders: readonly string[];
}

/** The first that fits, most telling first: a lock file in a test folder is generated, a test's README is a test. */
function kindOf({ lower, name, extension, folders }: NamedPath): FileKind {
  if (generatedNames.has(name) || generatedExtensions.has(extension) || folders.some((f) => generatedFolders.has(f))) {
    return "generated";
  }
  if (lower.startsWith(".github/") || lower.startsWith(".ci/") || lower.startsWith(".circleci/") || ciNames.has(name)) {
    return "ci";
  }
  if (folders.some((f) => testFolders.has(f)) || isTestName(name)) return "test";
  if (buildNames.has(name) || buildExtensions.has(extension) || isRequirements(name, folders)) return "build";
  if (docsExtensions.has(extension) || folders.some((f) => f === "docs" || f === "doc")) return "docs";
  if (assetExtensions.has(extension)) return "asset";
  if (configExtensions.has(extension) || name.startsWith(".")) return "config";
  return "source";
}

function isTestName(name: string): boolean {
  return (
    name.startsWith("test_") ||
    name.includes("_test.") ||
    name.includes(".test.") ||
    name.includes(".spec.") ||
    name.includes("-test.")
  );
}

function isRequirements(name: string, folders: readonly string[]): boolean {
  return name.endsWith(".txt") && (name.startsWith("requirements") || folders.at(-1) === "requirements");
}

const generatedNames = new Set([
  "package-lock.json",
  "yarn.lock",
  "pnpm-lock.yaml",
  "cargo.lock",
  "go.sum",
  "poetry.lock",
  "uv.lock",
  "gemfile.lock",
  "composer.lock",
]);
const generatedExtensions = new Set(["lock", "snap", "min", "pb", "pot", "po", "map"]);
const generatedFolders = new Set(["__snapshots__", "node_modules", "vendor", "third_party", "generated", "dist"]);
const testFolders = new Set(["test", "tests", "__tests__", "spec", "specs", "testing", "testdata", "fixtures", "e2e"]);
const ciNames = new Set([".travis.yml", "azure-pipelines.yml", "jenkinsfile", ".gitlab-ci.yml", "cloudbuild.yaml"]);
const buildNames = new Set([
  "makefile",
  "dockerfile",
  "package.json",
  "cmakelists.txt",
  "build",
  "build.bazel",
  "build.gn",
  "workspace",
  "targets",
  "setup.py",
  "setup.cfg",
  "pyproject.toml",
  "cargo.toml",
  "go.mod",
  "deps",
  ".gitmodules",
  "pom.xml",
]);
const buildExtensions = new Set(["cmake", "bzl", "bazel", "gn", "gni", "gradle", "mk", "dockerfile"]);
const docsExtensions = new Set(["md", "mdx", "rst", "adoc", "txt"]);
const assetExtensions = new Set(["png", "jpg", "jpeg", "gif", "svg", "ico", "woff", "woff2", "ttf", "webp", "pdf"]);
const configExtensions = new Set(["yaml", "yml", "json", "jsonc", "toml", "ini", "cfg", "conf", "properties", "env"]);
