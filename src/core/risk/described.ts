import type { ScoredChange } from "./change.js";
import { filesReadMax } from "./change.js";
import type { PathFacts } from "./paths.js";
import { pathFacts } from "./paths.js";
import type { TitleFacts } from "./title.js";
import { titleFacts } from "./title.js";

/** A change with what its title and paths say, read once: no history in it yet. */
export interface DescribedChange {
  readonly change: ScoredChange;
  readonly title: TitleFacts;
  /** The files that are looked at, each path once. */
  readonly files: readonly DescribedFile[];
  readonly paths: ReadonlySet<string>;
  readonly folders: readonly string[];
  readonly areas: readonly string[];
  readonly extensions: readonly string[];
}

export interface DescribedFile {
  readonly path: string;
  readonly facts: PathFacts;
}

export function describeChange(change: ScoredChange): DescribedChange {
  const paths = new Set(change.files.slice(0, filesReadMax).map((f) => f.path));
  const files = [...paths].map((path) => ({ path, facts: pathFacts(path) }));
  return {
    change,
    title: titleFacts(change.title),
    files,
    paths,
    folders: [...new Set(files.map((f) => f.facts.folder))],
    areas: [...new Set(files.map((f) => f.facts.area))],
    extensions: [...new Set(files.map((f) => f.facts.extension))],
  };
}

/**
 * Whether the change counts towards people's base rate and teaches the weights: a bot's does not, nor does one that
 * takes out another (putting that back again is no harm).
 */
export function isCounted({ change, title }: DescribedChange): boolean {
  return !change.isBot && !title.undoes;
}
