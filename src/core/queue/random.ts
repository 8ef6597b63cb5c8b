/** A seeded stream of 32-bit words (mulberry32): the same seed gives the same words, everywhere. */
export interface RandomWords {
  readonly word: () => number;
  /** Uniform in [0, 1). */
  readonly uniform: () => number;
  /** A word whose bits are each 1 with this probability. */
  readonly bits: (probability: number) => number;
}

/** Probabilities of single bits are rounded to 1/4096. */
const precisionBits = 12;

export function randomWords(seed: number): RandomWords {
  let state = seed >>> 0;
  const word = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (t ^ (t >>> 14)) >>> 0;
  };
  /** Reads the probability as a binary fraction, lowest bit first: each step halves and, for a 1, adds a half. */
  const bits = (probability: number): number => {
    const steps = Math.round(probability * (1 << precisionBits));
    if (steps <= 0) return 0;
    if (steps >= 1 << precisionBits) return -1;
    let out = 0;
    for (let i = 0; i < precisionBits; i++) out = (steps >> i) & 1 ? out | word() : out & word();
    return out;
  };
  return { word, uniform: () => word() / 4294967296, bits };
}

/** How many bits of a word are 1. */
export function ones(word: number): number {
  let x = word - ((word >>> 1) & 0x55555555);
  x = (x & 0x33333333) + ((x >>> 2) & 0x33333333);
  return Math.imul((x + (x >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
