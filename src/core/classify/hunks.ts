/** One added or removed line of a unified diff. */
export interface DiffLine {
  readonly kind: "added" | "removed" | "context";
  /** Line number from 1: in the new file, for a removed line in the old one. */
  readonly number: number;
  readonly text: string;
}

/**
 * The lines of a file's unified hunks, context included, in order. Text before the first `@@` is passed over.
 * A hunk's own counts bound it, so a line that looks like a header inside a hunk stays content.
 */
export function hunkLines(patch: string): DiffLine[] {
  const out: DiffLine[] = [];
  let oldLine = 0;
  let newLine = 0;
  let oldLeft = 0;
  let newLeft = 0;
  for (const raw of patch.split("\n")) {
    if (oldLeft <= 0 && newLeft <= 0) {
      const header = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(raw);
      if (!header) continue;
      oldLine = Number(header[1]);
      oldLeft = Number(header[2] ?? 1);
      newLine = Number(header[3]);
      newLeft = Number(header[4] ?? 1);
      continue;
    }
    const text = raw.slice(1);
    if (raw.startsWith("+")) {
      out.push({ kind: "added", number: newLine++, text });
      newLeft--;
    } else if (raw.startsWith("-")) {
      out.push({ kind: "removed", number: oldLine++, text });
      oldLeft--;
    } else if (!raw.startsWith("\\")) {
      out.push({ kind: "context", number: newLine++, text });
      oldLine++;
      oldLeft--;
      newLeft--;
    }
  }
  return out;
}
