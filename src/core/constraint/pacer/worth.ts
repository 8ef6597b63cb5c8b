import type { WorkKind } from "../flow/event.js";
import type { Endings, InFlightState, PaceSnapshot, WorkState } from "./snapshot.js";

/**
 * What a change is worth to the line: the value it can be expected to deliver for each minute that it still takes
 * of the constraint (Goldratt's throughput per constraint unit; as an order of service, the c-mu rule of Cox &
 * Smith 1961, which delivers most value when work must wait).
 */
export interface Worth {
  /** Expected goal units. */
  readonly value: number;
  /** Expected minutes of review still to come. */
  readonly minutes: number;
  /** The higher, the sooner: value a minute, raised by age. */
  readonly index: number;
}

export type WorthOf = (work: WorkState | InFlightState) => Worth;

/** Chance that a change of a kind lands, before anything was seen, and how many changes that belief counts for. */
const priorLanding: Readonly<Record<WorkKind, number>> = { human: 0.95, agent: 0.75, bot: 0.85 };
const priorWeight = 10;
/** Share of the doubt about a change that is left after each review it has come through. */
const doubtLeft = 0.5;
/** A later look takes this share of the first, and so many are there on average. */
const laterLook = 0.45;
const laterLooks = 0.35;
/** Predictions of size are pulled towards the mean by their error (outside view; Kahneman & Tversky 1979). */
const trustInPrediction = 0.8;
/** Patience: waiting so many days doubles a change's claim, so that nothing waits for ever. */
const patienceDays: Readonly<Record<WorkKind, number>> = { human: 15, agent: 20, bot: 20 };
const usualMinutesUnseen = 60;

export function worthIn(snapshot: PaceSnapshot): WorthOf {
  const landing = {
    human: landingOf("human", snapshot.last7Days.human),
    agent: landingOf("agent", snapshot.last7Days.agent),
    bot: landingOf("bot", snapshot.last7Days.bot),
  };
  const usual = usualMinutes(snapshot);
  return (work) => {
    const reviews = "reviews" in work ? work.reviews : 0;
    const value = work.value * (1 - (1 - landing[work.kind]) * doubtLeft ** reviews);
    const look = Math.max(1, usual ** (1 - trustInPrediction) * work.predictedMinutes.review ** trustInPrediction);
    const minutes = look * ((reviews > 0 ? laterLook : 1) + laterLooks * laterLook);
    const patience = 1 + work.ageMinutes / (1440 * patienceDays[work.kind]);
    return { value, minutes, index: (value / minutes) * patience };
  };
}

function landingOf(kind: WorkKind, endings: Endings | undefined): number {
  const { landed, closed } = endings ?? { landed: 0, closed: 0 };
  return (landed + priorWeight * priorLanding[kind]) / (landed + closed + priorWeight);
}

/** Geometric mean of the predictions at hand. */
function usualMinutes(snapshot: PaceSnapshot): number {
  const all = [...snapshot.gate, ...snapshot.inFlight].map((w) => Math.max(1, w.predictedMinutes.review));
  if (all.length === 0) return usualMinutesUnseen;
  return Math.exp(all.reduce((sum, minutes) => sum + Math.log(minutes), 0) / all.length);
}
