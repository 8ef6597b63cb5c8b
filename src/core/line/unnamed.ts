import type { PrNumber } from "../model/ids.js";
import { whoWords } from "../policy/who.js";
import type { Decision } from "./decision.js";

/** Changes that wait for somebody of whom nothing is known but a word: `write`, `maintain`, `human`. */
export function unnamedAsks({ units }: Pick<Decision, "units">): PrNumber[] {
  return units
    .filter(
      ({ verdict }) => !verdict.permits && verdict.asks.some((ask) => ask.of.every((who) => whoWords.includes(who))),
    )
    .map((unit) => unit.number);
}
