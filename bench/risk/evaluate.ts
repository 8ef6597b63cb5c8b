import type { RiskPrior } from "../../src/core/risk/prior.js";
import { assess, initialRiskState, learn, learnLanding, logitOf } from "../../src/core/risk/state.js";
import type { LabelledRepo } from "./data.js";
import type { Judged } from "../../src/core/risk/figures.js";
import { eventsOf } from "./stream.js";

/** A change's score as the stream would have answered it, beside the outcome and the size that is the baseline. */
export interface Answer extends Judged {
  readonly size: number;
  /** By a person and not itself a revert. */
  readonly counted: boolean;
}

/** Streams a repository in time order, as `drumline score --stdio` would see it, without the text protocol. */
export function scoreStream(
  repo: LabelledRepo,
  prior: RiskPrior,
): { answers: Answer[]; /** Of processor time. */ perSecond: number } {
  const state = initialRiskState(prior);
  const answers: Answer[] = [];
  // Processor time, not the clock's: other work on the machine is not ours.
  const start = process.cpuUsage();
  for (const event of eventsOf(repo.changes)) {
    if (event.type === "outcome") {
      learn(state, { type: "harmed", id: event.id, at: event.at });
      continue;
    }
    const { change, at, bad, counted } = event.labelled;
    const assessment = assess(state, { change, at });
    answers.push({
      score: 1 / (1 + Math.exp(-logitOf(state, assessment.reading))),
      bad,
      counted,
      size: change.added + change.deleted,
    });
    learnLanding(state, { assessment, at });
  }
  const { user, system } = process.cpuUsage(start);
  return { answers, perSecond: answers.length / ((user + system) / 1e6) };
}
