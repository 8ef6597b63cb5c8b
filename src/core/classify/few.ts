/** A memory of the last few results, by key. */
export interface Few<K, V> {
  readonly get: (key: K) => V | undefined;
  readonly set: (key: K, value: V) => void;
}

/** Enough for one file's fragments: detectors go through a change file by file. */
const fewMax = 64;

/**
 * Remembers what was computed of the file in hand for the detectors that come after, and forgets it soon: what a
 * change of thousands of files needs must not grow with their number.
 */
export function few<K, V>(): Few<K, V> {
  const kept = new Map<K, V>();
  return {
    get: (key) => kept.get(key),
    set: (key, value) => {
      if (kept.size >= fewMax) kept.clear();
      kept.set(key, value);
    },
  };
}
