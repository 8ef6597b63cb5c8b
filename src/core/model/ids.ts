/**
 * Narrow types for the values that must not be mixed up. They are made where text enters the program
 * (`sha`, `prNumber`) and are plain strings and numbers in JSON.
 */
declare const brand: unique symbol;
type Brand<T, Name extends string> = T & { readonly [brand]: Name };

/** A full commit or tree id, lower-case hex. */
export type Sha = Brand<string, "Sha">;
/** A pull request's number in its repository. */
export type PrNumber = Brand<number, "PrNumber">;
/** Milliseconds since 1970 UTC. */
export type Instant = number;
/** A GitHub login without `@`; compared case-insensitively through `sameLogin`. */
export type Login = string;
/** `owner/name`. */
export type RepoName = string;
/** `owner/name@base`: one merge queue. */
export type QueueKey = string;

export function isSha(text: string): text is Sha {
  return /^[0-9a-f]{40}([0-9a-f]{24})?$/.test(text);
}

/** @throws RangeError when the text is not a full hex object id. */
export function sha(text: string): Sha {
  if (!isSha(text)) throw new RangeError(`not a commit id: ${JSON.stringify(text.slice(0, 80))}`);
  return text;
}

/** @throws RangeError when the number is not a positive integer. */
export function prNumber(value: number): PrNumber {
  if (!Number.isSafeInteger(value) || value < 1) throw new RangeError(`not a pull request number: ${value}`);
  return value as PrNumber;
}

export function sameLogin(a: Login, b: Login): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

export function queueKey(repo: RepoName, base: string): QueueKey {
  return `${repo}@${base}`;
}

/** The repository and base branch of a queue; a branch name may itself hold `@`, a repository's may not. */
export function splitQueueKey(queue: QueueKey): { repo: RepoName; base: string } {
  const at = queue.indexOf("@");
  return { repo: queue.slice(0, at), base: queue.slice(at + 1) };
}
