import type { PullFacts, RepoFacts } from "../facts/facts.js";
import type { FileChange } from "../model/change.js";
import { absent, read, type Read } from "../model/read.js";
import { ownersOf, parseCodeowners, type Codeowners } from "../policy/codeowners.js";

/** Files of the change that have the same owners. */
export interface OwnedPaths {
  /** As CODEOWNERS writes them; any one of them suffices. */
  readonly owners: readonly string[];
  readonly paths: readonly string[];
}

interface Touched {
  readonly repo: RepoFacts;
  readonly pull: PullFacts;
}

/** The owners of the touched paths, under both names of a rename, one entry for each set of owners. */
export function ownedPaths({ repo, pull }: Touched): Read<readonly OwnedPaths[]> {
  if (repo.codeowners.state !== "read") return repo.codeowners;
  if (pull.files.state !== "read") return { state: "unreadable", why: "the files of the change could not be read" };
  const known = keptPaths.get(pull.files.value);
  if (known?.text === repo.codeowners.value.text) return known.owned;
  const { text } = repo.codeowners.value;
  const owned = ownedBy(parsed(text), pull.files.value);
  keptPaths.set(pull.files.value, { text, owned });
  return owned;
}

/** Asked for once a rule and candidate: kept for as long as the files are. */
const keptPaths = new WeakMap<readonly FileChange[], { text: string; owned: Read<readonly OwnedPaths[]> }>();

function ownedBy(file: Codeowners, files: readonly FileChange[]): Read<readonly OwnedPaths[]> {
  const sets = new Map<string, { owners: readonly string[]; paths: string[] }>();
  for (const path of new Set(files.flatMap((f) => [f.path, f.oldPath ?? f.path]))) {
    const owners = ownersOf(file, path);
    if (owners.length === 0) continue;
    const key = [...owners]
      .map((o) => o.toLowerCase())
      .sort()
      .join(" ");
    const set = sets.get(key) ?? { owners, paths: [] };
    set.paths.push(path);
    sets.set(key, set);
  }
  return sets.size === 0 ? absent : read([...sets.values()]);
}

export function allOwners(touched: Touched): Read<readonly string[]> {
  const owned = ownedPaths(touched);
  return owned.state === "read" ? read([...new Set(owned.value.flatMap((o) => o.owners))]) : owned;
}

/** One CODEOWNERS text is asked about for every change of a run: the last few are kept as read. */
const kept = new Map<string, Codeowners>();
const keptMax = 16;

function parsed(text: string): Codeowners {
  const known = kept.get(text);
  if (known) return known;
  if (kept.size >= keptMax) kept.clear();
  const file = parseCodeowners(text);
  kept.set(text, file);
  return file;
}
