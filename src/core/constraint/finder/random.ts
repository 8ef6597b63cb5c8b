// Taken out of Math once: this is the innermost loop, and in some hosts a global costs a look-up each time.
const { imul, log, sqrt, cos, PI } = Math;

/**
 * Draws decided by their key alone (a counter-based generator on murmur3's finaliser): speeding up one station in
 * a counterfactual leaves all other draws as they were, so two runs differ by the change alone (common random
 * numbers; Law & Kelton, *Simulation Modeling and Analysis*, ch. 11).
 */
export function keyed(seed: number, id: number, salt: number): number {
  let h = imul(seed ^ 0x9e3779b9, 0x85ebca6b);
  h = mix(h ^ imul(id, 0xc2b2ae35));
  h = mix(h ^ imul(salt, 0x27d4eb2f));
  return (h >>> 0) / 4294967296 + 1.1641532182693481e-10;
}

function mix(h: number): number {
  h = imul(h ^ (h >>> 16), 0x85ebca6b);
  h = imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** Standard normal draw (Box and Muller 1958). */
export function normal(seed: number, id: number, salt: number): number {
  return sqrt(-2 * log(keyed(seed, id, salt))) * cos(2 * PI * keyed(seed, id, salt ^ 0x5bd1e995));
}
