import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { ScoredChange } from "../../src/core/risk/change.js";
import { fileStatusOf, hourMs } from "../../src/core/risk/change.js";

/** A landed change with what became of it; the outcome is revealed to the score only at `harmedAt`. */
export interface LabelledChange {
  readonly change: ScoredChange;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly harmedAt: number | null;
  /** Reverted within 60 days, by a person, not itself a revert. */
  readonly bad: boolean;
  /** By a person and not itself a revert: what the figures are about. */
  readonly counted: boolean;
}

export interface LabelledRepo {
  readonly name: string;
  /** In time order of landing. */
  readonly changes: readonly LabelledChange[];
}

/** Reads every `*.changes.jsonl.gz` of a folder. */
export function readRepos(folder: string): LabelledRepo[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".changes.jsonl.gz"))
    .sort()
    .map((name) => ({
      name: name.replace(/\.changes\.jsonl\.gz$/, "").replace("__", "/"),
      changes: gunzipSync(readFileSync(join(folder, name)))
        .toString("utf8")
        .trim()
        .split("\n")
        .map((line) => labelled(JSON.parse(line) as Row)),
    }));
}

interface Row {
  readonly id: number;
  readonly author: number;
  readonly committed_at: number;
  readonly title: string;
  readonly is_bot: boolean;
  readonly n_files: number;
  readonly added: number;
  readonly deleted: number;
  readonly files: ReadonlyArray<{ path: string; added: number; deleted: number; status: string }>;
  readonly reverted: boolean;
  readonly reverted_after_h: number | null;
  readonly revert_depth: number;
  readonly bad: boolean;
}

function labelled(row: Row): LabelledChange {
  const at = row.committed_at * 1000;
  return {
    at,
    bad: row.bad,
    counted: !row.is_bot && row.revert_depth % 2 === 0,
    harmedAt: row.reverted && row.reverted_after_h !== null ? at + row.reverted_after_h * hourMs : null,
    change: {
      id: String(row.id),
      author: String(row.author),
      isBot: row.is_bot,
      title: row.title,
      fileCount: row.n_files,
      added: row.added,
      deleted: row.deleted,
      files: row.files.map((f) => ({ ...f, status: fileStatusOf(f.status) })),
    },
  };
}
