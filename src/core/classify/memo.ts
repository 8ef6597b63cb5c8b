import type { Change } from "../model/change.js";
import type { Classification } from "../model/classification.js";
import { classify } from "./classify.js";

/** Classifications remembered: more than a busy repository has open at once. */
const rememberedMax = 2_000;

const remembered = new Map<string, Classification>();

/**
 * `classify`, remembered by what it reads: the diff's digest and the change's words. The same inputs give the same
 * answer, so the memory can't be told from the function; without a digest nothing is remembered.
 */
export function classifyOnce(change: Change, diffDigest: string | null): Classification {
  if (diffDigest === null) return classify(change);
  const key = JSON.stringify([diffDigest, change.title, change.body, change.labels, change.author]);
  const known = remembered.get(key);
  if (known) return known;
  const fresh = classify(change);
  if (remembered.size >= rememberedMax) remembered.delete(remembered.keys().next().value ?? "");
  remembered.set(key, fresh);
  return fresh;
}
