/** How far a dependency's version moves. `major` includes 0.x to 0.y, which promises nothing. */
export type Step = "none" | "patch" | "minor" | "major" | "unclear";

/** The step from one version or range to another: `^1.2.0` to `^2.0.0` is `major`; branches and URLs are `unclear`. */
export function stepBetween(before: string, after: string): Step {
  if (before.trim() === after.trim()) return "none";
  const a = numbers(before);
  const b = numbers(after);
  if (!a || !b) return "unclear";
  if (a[0] !== b[0]) return "major";
  if (a[1] !== b[1]) return a[0] === 0 ? "major" : "minor";
  return "patch";
}

/** A spec that names no version: whatever is newest, a branch, or code from elsewhere. */
export function isUnpinned(spec: string): boolean {
  const s = spec.trim();
  if (/^(workspace|catalog|link|portal|file|patch):/.test(s)) return false;
  return s === "" || s === "*" || /^(latest|next|x)$/.test(s) || isElsewhere(s) || /^>=?[^,<]*$/.test(s);
}

/** A spec that fetches from somewhere other than the registry. */
export function isElsewhere(spec: string): boolean {
  return /^(git\+|git:|git@|https?:|github:|gitlab:|bitbucket:|[\w.-]+\/[\w.-]+(#|$))|@\s*(git\+|https?:)/.test(
    spec.trim(),
  );
}

export function isPrerelease(version: string): boolean {
  return /[-.]?(alpha|beta|rc|pre|preview|next|canary|nightly|dev|snapshot|experimental|insiders)|\d(a|b|rc)\d|-\d/i.test(
    version,
  );
}

function numbers(spec: string): [number, number, number] | null {
  if (isElsewhere(spec)) return null;
  const m = /(\d+)(?:\.(\d+|x|\*))?(?:\.(\d+|x|\*))?/.exec(spec.replace(/^npm:[^@]*@/, ""));
  if (!m) return null;
  const part = (s: string | undefined) => (s === undefined || s === "x" || s === "*" ? 0 : Number(s));
  return [part(m[1]), part(m[2]), part(m[3])];
}
