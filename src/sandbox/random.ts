/** Numbers in [0, 1), the same for the same seed: for faults of the sandbox and samples of the benches. */
export type Random = () => number;

/** Mulberry32: 32 bits of state, plenty to spread faults and choose samples. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
