/** Enough for one file's fragments: detectors go through a change file by file. */
const fewMax = 64;

/**
 * `make`, with its last few results remembered by the first argument for the detectors that come after, and forgotten
 * soon: what a change of thousands of files needs must not grow with their number.
 */
export function rememberFew<K, More extends readonly unknown[], V>(
  make: (key: K, ...more: More) => V,
): (key: K, ...more: More) => V {
  const kept = new Map<K, V>();
  return (key, ...more) => {
    const known = kept.get(key);
    if (known !== undefined || kept.has(key)) return known as V;
    const made = make(key, ...more);
    if (kept.size >= fewMax) kept.clear();
    kept.set(key, made);
    return made;
  };
}
