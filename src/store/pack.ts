import { createHash } from "node:crypto";

/**
 * A record (facts, state, decision) as a tree of shared parts: every part whose text is long is kept once under its
 * SHA-256 and replaced by a reference, so that a decision that differs from the last in one pull request costs one
 * pull request. `unpack(pack(x))` has the same JSON text as `x`, key order included.
 *
 * In packed text `{"$": digest}` is a reference; a key of the record that starts with `$` gets one more `$`.
 */

/** A part whose packed text is longer than this (characters) is kept apart. */
export const partFrom = 1024;

export interface Packed {
  /** Digest of the root part. */
  readonly ref: string;
  /** Packed text by digest, the root included. */
  readonly parts: ReadonlyMap<string, string>;
}

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** The SHA-256 (hex) of a value's JSON text: what a record's digests are. */
export function digestOf(value: unknown): string {
  return sha256(JSON.stringify(value));
}

export function pack(record: unknown): Packed {
  const parts = new Map<string, string>();
  const keep = (text: string): string => {
    const digest = sha256(text);
    parts.set(digest, text);
    return digest;
  };
  const packed = (value: Json): string => {
    const text = packedText(value, packed);
    return text.length > partFrom ? `{"$":"${keep(text)}"}` : text;
  };
  // JSON.parse(JSON.stringify(x)) drops what JSON cannot hold, so that what is packed is what a file would hold.
  const root = JSON.parse(JSON.stringify(record)) as Json;
  return { ref: keep(packedText(root, packed)), parts };
}

function packedText(value: Json, packed: (child: Json) => string): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (isList(value)) return `[${value.map(packed).join(",")}]`;
  const entries = Object.entries(value).map(([key, child]) => `${JSON.stringify(escapeKey(key))}:${packed(child)}`);
  return `{${entries.join(",")}}`;
}

/**
 * The records behind `refs`, in their order. `read` gives the parsed parts of the digests asked for; it is called
 * once a level, so a handful of times however many records.
 * @throws Error when a part is missing (pruned, or the database was tampered with).
 */
export async function unpack(
  refs: readonly string[],
  read: (digests: readonly string[]) => Promise<ReadonlyMap<string, unknown>>,
): Promise<readonly unknown[]> {
  const parts = new Map<string, Json>();
  let wanted = [...new Set(refs)];
  while (wanted.length > 0) {
    const found = await read(wanted);
    const below = new Set<string>();
    for (const digest of wanted) {
      const part = found.get(digest);
      if (part === undefined) throw new Error(`a part of the record is missing: ${digest}`);
      parts.set(digest, part as Json);
      collectRefs(part as Json, below);
    }
    wanted = [...below].filter((digest) => !parts.has(digest));
  }
  return refs.map((ref) => restore({ $: ref }, parts));
}

function collectRefs(value: Json, into: Set<string>): void {
  if (typeof value !== "object" || value === null) return;
  const ref = refOf(value);
  if (ref !== null) into.add(ref);
  else for (const child of isList(value) ? value : Object.values(value)) collectRefs(child, into);
}

function restore(value: Json, parts: ReadonlyMap<string, Json>): Json {
  if (typeof value !== "object" || value === null) return value;
  const ref = refOf(value);
  if (ref !== null) return restore(parts.get(ref) ?? null, parts);
  if (isList(value)) return value.map((child) => restore(child, parts));
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [unescapeKey(key), restore(child, parts)]));
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function refOf(value: Json): string | null {
  if (typeof value !== "object" || value === null || isList(value)) return null;
  const ref = value["$"];
  return typeof ref === "string" ? ref : null;
}

function escapeKey(key: string): string {
  return key.startsWith("$") ? `$${key}` : key;
}

function unescapeKey(key: string): string {
  return key.startsWith("$") ? key.slice(1) : key;
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
