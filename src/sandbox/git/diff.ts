import { git } from "./git.js";

/** One file of a diff, in GitHub's words. */
export interface DiffFile {
  readonly path: string;
  readonly oldPath: string | null;
  readonly status: "added" | "modified" | "removed" | "renamed" | "copied" | "changed";
  /** The blob after the change; before it for a removal. */
  readonly sha: string;
  readonly added: number;
  readonly deleted: number;
  /** From the first `@@` on; null for binary files, pure renames and files past GitHub's limits. */
  readonly patch: string | null;
}

/** GitHub leaves a file's patch out above these. */
const patchLimits = { lines: 20_000, bytes: 500_000 };

export async function diffFiles(dir: string, from: string, to: string): Promise<DiffFile[]> {
  const common = ["-M", "--no-color", "--no-ext-diff", "--full-index", "--no-abbrev"];
  const [raw, patches] = await Promise.all([
    git(dir, ["diff", "--raw", "--numstat", "-z", ...common, from, to]),
    git(dir, ["diff", "-p", ...common, from, to]),
  ]);
  const { entries, counts } = parseRaw(raw);
  const sections = patches.split(/^(?=diff --git )/m).filter((s) => s.startsWith("diff --git "));
  let next = 0;
  return entries.map((entry, index) => {
    // A change of type is told as a removal and an addition.
    const taken = sections.slice(next, next + (entry.letter === "T" ? 2 : 1));
    next += taken.length;
    const count = counts[index] ?? { added: 0, deleted: 0 };
    return {
      path: entry.path,
      oldPath: entry.oldPath,
      status: statusOf(entry.letter, entry),
      sha: entry.letter === "D" ? entry.oldSha : entry.newSha,
      ...count,
      patch: patchOf(taken.join("")),
    };
  });
}

interface RawEntry {
  readonly letter: string;
  readonly oldSha: string;
  readonly newSha: string;
  readonly path: string;
  readonly oldPath: string | null;
}

function parseRaw(raw: string): { entries: RawEntry[]; counts: { added: number; deleted: number }[] } {
  const fields = raw.split("\0");
  const entries: RawEntry[] = [];
  const counts: { added: number; deleted: number }[] = [];
  for (let i = 0; i < fields.length;) {
    const field = fields[i] ?? "";
    if (field.startsWith(":")) {
      const [, , oldSha = "", newSha = "", status = "M"] = field.split(" ");
      const letter = status[0] ?? "M";
      const two = letter === "R" || letter === "C";
      const first = fields[i + 1] ?? "";
      entries.push({ letter, oldSha, newSha, path: two ? (fields[i + 2] ?? "") : first, oldPath: two ? first : null });
      i += two ? 3 : 2;
    } else if (field.includes("\t")) {
      const [added = "0", deleted = "0", path = ""] = field.split("\t");
      counts.push({ added: Number(added) || 0, deleted: Number(deleted) || 0 });
      i += path === "" ? 3 : 1;
    } else {
      i += 1;
    }
  }
  return { entries, counts };
}

function statusOf(letter: string, entry: RawEntry): DiffFile["status"] {
  if (letter === "A") return "added";
  if (letter === "D") return "removed";
  if (letter === "R") return "renamed";
  if (letter === "C") return "copied";
  if (letter === "T" || entry.oldSha === entry.newSha) return "changed";
  return "modified";
}

function patchOf(section: string): string | null {
  const start = section.search(/^@@ /m);
  if (start < 0) return null;
  const patch = section.slice(start).replace(/\n$/, "");
  return patch.length > patchLimits.bytes || patch.split("\n").length > patchLimits.lines ? null : patch;
}
