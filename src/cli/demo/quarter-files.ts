import type { PastPull } from "../../core/constraint/flow/past.js";
import type { DiffFile } from "../../sandbox/git/diff.js";
import type { Past } from "../../sandbox/past.js";
import { seededRandom } from "../../sandbox/random.js";

/**
 * What the quarter's changes changed: one in fourteen drops a column, one in five renames one, the others are code. One
 * of the last days' one-way doors was looked at by nobody.
 */
export function withFiles(past: Past, seed: number): Past {
  const chance = seededRandom(seed);
  const kinds = new Map<number, Kind>([...past.pulls].reverse().map(({ number }) => [number, kindOf(chance())]));
  const hurried = past.pulls.filter((p) => p.merged && kinds.get(p.number) === "drop")[hurriedNth];
  return {
    ...past,
    pulls: past.pulls.map((p) => (p === hurried ? unjudged(p) : p)),
    files: new Map([...kinds].map(([number, kind]) => [number, [fileOf(kind, number)]])),
  };
}

type Kind = "drop" | "rename" | "code";

/** Of the one-way doors, counted from the last that landed: recent enough for the week's figures. */
const hurriedNth = 1;

function kindOf(chance: number): Kind {
  if (chance < 0.07) return "drop";
  return chance < 0.27 ? "rename" : "code";
}

function unjudged(pull: PastPull): PastPull {
  return { ...pull, reviews: [], turns: pull.turns.filter((turn) => turn.what !== "asked") };
}

function fileOf(kind: Kind, number: number): DiffFile {
  const { path, line } = {
    drop: { path: `db/migrations/${number}_drop_column.sql`, line: `alter table orders drop column note_${number};` },
    rename: { path: `db/migrations/${number}_rename_column.sql`, line: `alter table orders rename column a to b;` },
    code: { path: `src/quotes/${number % 7}.js`, line: `export const rate${number} = ${number % 10};` },
  }[kind];
  return {
    ...{ path, oldPath: null, status: "added", sha: "0".repeat(40), added: 1, deleted: 0 },
    patch: `@@ -0,0 +1 @@\n+${line}`,
  };
}
