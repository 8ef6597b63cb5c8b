/**
 * What waits to be written, as a probability for each number of tickets, under each of several rates at which
 * tickets come up. Tickets come as a Poisson stream; when the backlog is full nobody plans further, and what comes
 * up then is turned away. The backlog itself is in no event: it is followed by what must have been in it (the forward
 * algorithm for a hidden Markov model; Rabiner 1989). Log likelihoods are kept by rate.
 */
export interface Backlog {
  /** Tickets a working minute. */
  readonly rates: readonly number[];
  /** Numbers of tickets that are told apart: none up to a full backlog. */
  readonly levels: number;
  /** Probabilities of each level, rate after rate. */
  readonly chance: Float64Array;
  readonly scratch: Float64Array;
}

/** One number for each rate: how well it explains what was seen. */
export type LogLikelihood = Float64Array;

/** Events that the model calls impossible happen (somebody works late, a wrong guess at a limit): their chance. */
const surprise = 1e-4;
/** Tickets expected in one step beyond which the backlog is full for certain. */
const floods = 30;
/** Chances below this are not followed. */
const negligible = 1e-7;

/** @param full tickets at which nobody plans further ahead. */
export function emptyBacklog(rates: readonly number[], full: number): Backlog {
  const levels = full + 1;
  const chance = new Float64Array(rates.length * levels);
  for (let r = 0; r < rates.length; r++) chance[r * levels] = 1;
  return { rates, levels, chance, scratch: new Float64Array(levels) };
}

/** Somebody is free and takes nothing, so nothing waits. */
export function seenEmpty(backlog: Backlog, logs: LogLikelihood): void {
  const { rates, levels, chance } = backlog;
  for (let r = 0; r < rates.length; r++) {
    const none = r * levels;
    logs[r] = (logs[r] ?? 0) + Math.log((chance[none] ?? 0) + surprise);
    chance.fill(0, none, none + levels);
    chance[none] = 1;
  }
}

/** So many tickets were taken off the backlog. */
export function taken(backlog: Backlog, of: { readonly count: number; readonly logs: LogLikelihood }): void {
  const { rates, levels, chance } = backlog;
  const { count, logs } = of;
  for (let r = 0; r < rates.length; r++) {
    const none = r * levels;
    let enough = 0;
    for (let level = count; level < levels; level++) enough += chance[none + level] ?? 0;
    logs[r] = (logs[r] ?? 0) + Math.log(enough + surprise);
    const certain = enough >= surprise;
    for (let level = 0; level < levels; level++) {
      const was = level + count < levels ? (chance[none + level + count] ?? 0) : 0;
      chance[none + level] = certain ? was / enough : level === 0 ? 1 : 0;
    }
  }
}

/** Time passes in which nobody can take anything, so whatever comes up is added. */
export function filledFor(backlog: Backlog, minutes: number): void {
  for (let r = 0; r < backlog.rates.length; r++) {
    fillAt(backlog, { rate: r, expected: (backlog.rates[r] ?? 0) * minutes });
  }
}

function fillAt(backlog: Backlog, of: { readonly rate: number; readonly expected: number }): void {
  const { levels, chance, scratch } = backlog;
  const { rate, expected } = of;
  const none = rate * levels;
  const full = levels - 1;
  scratch.fill(0);
  let poisson = expected > floods ? 0 : Math.exp(-expected);
  let rest = expected > floods ? 0 : 1;
  for (let more = 0; more < levels && rest > negligible; more++) {
    rest -= poisson;
    for (let level = 0; level + more < full; level++) {
      scratch[level + more] = (scratch[level + more] ?? 0) + poisson * (chance[none + level] ?? 0);
    }
    poisson *= expected / (more + 1);
  }
  let below = 0;
  for (let level = 0; level < full; level++) below += chance[none + level] = scratch[level] ?? 0;
  chance[none + full] = Math.max(0, 1 - below);
}
