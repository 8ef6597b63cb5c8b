import type { ActorKind } from "../model/actor.js";
import type { Login } from "../model/ids.js";
import { segmentMatches } from "./glob.js";
import type { ActorPatterns } from "./policy.js";

/** What kind of author an account is. Agents are named before bots; an app's account is a bot unless named. */
export function actorKind(patterns: ActorPatterns, login: Login): ActorKind {
  const known = kept.get(patterns) ?? new Map<string, ActorKind>();
  kept.set(patterns, known);
  const kind = known.get(login) ?? kindOf(patterns, login);
  known.set(login, kind);
  return kind;
}

/** Asked for every candidate of every need: kept for as long as the patterns are. */
const kept = new WeakMap<ActorPatterns, Map<string, ActorKind>>();

function kindOf(patterns: ActorPatterns, login: Login): ActorKind {
  const name = login.toLowerCase();
  const named = (list: readonly string[]) =>
    list.some((p) => segmentMatches(p.toLowerCase().replaceAll("[", "?"), name));
  if (named(patterns.agents)) return "agent";
  return named(patterns.bots) || name.endsWith("[bot]") ? "bot" : "human";
}
