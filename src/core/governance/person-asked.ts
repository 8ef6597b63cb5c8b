import type { Reason } from "../model/reason.js";
import type { Ask } from "../model/verdict.js";
import { defaultNeed } from "../policy/defaults.js";
import { whoText } from "../policy/who.js";
import { personWanted } from "./demand.js";
import type { Judged } from "./judged.js";

/** Somebody asked for a person: who it is. Words for who it could be (`write`) name nobody. */
export function personAsked({ standing }: Judged, asks: readonly Ask[]): Reason[] {
  if (!standing.personAskedFor) return [];
  const words = defaultNeed.from.map((w) => whoText(w).replace(/^@/, ""));
  const named = asks
    .filter((a) => a.rule.includes(personWanted))
    .flatMap((a) => a.of.slice(0, a.count))
    .filter((who) => !words.includes(who));
  return [{ code: "person-asked-for", by: standing.personAskedFor.by.login, named: [...new Set(named)] }];
}
