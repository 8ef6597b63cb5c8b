/** Something wrong in a policy text, where it stands and what to do about it. */
export interface Problem {
  readonly path: string;
  /** From 1. */
  readonly line: number;
  readonly col: number;
  readonly message: string;
  readonly hint?: string;
  /** An error makes the policy invalid; a warning doesn't. */
  readonly severity: "error" | "warning";
}

/** `FILE:LINE:COL: message`, the hint on a line of its own. */
export function formatProblem(problem: Problem): string {
  const label = problem.severity === "warning" ? "warning: " : "";
  const head = `${problem.path}:${problem.line}:${problem.col}: ${label}${problem.message}`;
  return problem.hint === undefined ? head : `${head}\n    ${problem.hint}`;
}

/** The word that was probably meant, or undefined when none is near: at most a third of its letters differ. */
export function nearestWord(written: string, valid: readonly string[]): string | undefined {
  const plain = written.toLowerCase().replaceAll(/[-_ ]/g, "");
  const ranked = valid
    .map((word) => ({ word, distance: editDistance(plain, word.toLowerCase().replaceAll(/[-_ ]/g, "")) }))
    .filter(({ word, distance }) => distance <= Math.max(1, Math.floor(Math.min(word.length, 30) / 3)))
    .sort((a, b) => a.distance - b.distance || (a.word < b.word ? -1 : 1));
  return ranked[0]?.word;
}

/** Letters changed, added, removed or swapped with their neighbour. */
function editDistance(a: string, b: string): number {
  const cap = 40;
  const [from, to] = [a.slice(0, cap), b.slice(0, cap)];
  let before: number[] = [];
  let previous = Array.from({ length: to.length + 1 }, (_, j) => j);
  for (let i = 1; i <= from.length; i++) {
    const row = [i];
    for (let j = 1; j <= to.length; j++) {
      const same = from[i - 1] === to[j - 1] ? 0 : 1;
      let least = Math.min((previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (previous[j - 1] ?? 0) + same);
      if (i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1]) {
        least = Math.min(least, (before[j - 2] ?? 0) + 1);
      }
      row.push(least);
    }
    before = previous;
    previous = row;
  }
  return previous[to.length] ?? 0;
}
