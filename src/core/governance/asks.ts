import type { Login } from "../model/ids.js";
import type { Ask } from "../model/verdict.js";
import type { Evidence, Who } from "../policy/policy.js";
import { whoText } from "../policy/who.js";
import { evidenceWords } from "../policy/words.js";
import { includesLogin } from "./approvals.js";
import type { Judged } from "./judged.js";
import { fromText, mayApprove, type Counted } from "./judgment-needs.js";
import { assign, emptySlots, type Slots } from "./matching.js";
import { ownedPaths } from "./owned.js";
import { isAnyOf, kindOf, teamMembers } from "./people.js";
import { smallestSet } from "./smallest-set.js";

/** People named in one ask; whoever is asked comes first, others who could do as well after them. */
const namedMax = 10;
/** People considered for one ask; beyond it the first in the policy's order. */
const candidatesMax = 200;

/**
 * The smallest set of people who together meet everything that is missing. `needs` are all approvals that the change
 * needs, met or not: a person who approved may be counted for another need when somebody new takes their place.
 * Nobody is asked twice, and whoever is asked is told every rule that it serves.
 */
export function asksFor(needs: readonly Counted[], approved: readonly Login[], judged: Judged): Ask[] {
  if (needs.every((n) => n.missing === 0)) return [];
  const fits = needs.map((n) => candidates(n, judged).filter((login) => canStill(login, n, { approved, judged })));
  const slots = (people: readonly Login[]): Slots[] =>
    needs.map((n, i) => ({
      count: n.need.count,
      distinct: n.need.distinct,
      people: [...n.eligible, ...people.filter((p) => includesLogin(fits[i] ?? [], p))],
    }));
  const all = fits.flat().filter((login, i, list) => firstOf(login, list) === i);
  const chosen = smallestSet(all.slice(0, candidatesMax), (people) => emptySlots(slots(people)));
  const counted = assign(slots(chosen));
  const unnamed = needs.flatMap((n, i) => {
    const count = n.need.count - (counted[i] ?? []).length;
    return count > 0 ? [wordAsk(n, count)] : [];
  });
  return [...namedAsks(chosen, { needs, fits }), ...unnamed];
}

/** One ask for all who serve the same rules. */
function namedAsks(
  chosen: readonly Login[],
  { needs, fits }: { needs: readonly Counted[]; fits: ReadonlyArray<readonly Login[]> },
): Ask[] {
  const groups = new Map<string, { people: Login[]; serves: readonly number[] }>();
  for (const login of chosen) {
    const able = needs.flatMap((_, i) => (includesLogin(fits[i] ?? [], login) ? [i] : []));
    const open = able.filter((i) => (needs[i]?.missing ?? 0) > 0);
    const serves = open.length > 0 ? open : able;
    const group = groups.get(serves.join()) ?? { people: [], serves };
    group.people.push(login);
    groups.set(serves.join(), group);
  }
  return [...groups.values()].map(({ people, serves }) => {
    const served = serves.flatMap((i) => needs[i] ?? []);
    const others = shared(serves.map((i) => fits[i] ?? [])).filter((login) => !includesLogin(chosen, login));
    const rule = [...new Set(served.map((n) => n.rule))].join(", ");
    return { of: [...people, ...others].slice(0, namedMax), count: people.length, question: questionOf(served), rule };
  });
}

/** Nobody is known by name: the ask says who they would be. */
function wordAsk(need: Counted, count: number): Ask {
  const of = fromText(need).map((w) => w.replace(/^@/, ""));
  return { of, count, question: questionOf([need]), rule: need.rule };
}

function questionOf(needs: readonly Counted[]): string {
  const paths = needs.flatMap((n) => n.owned?.paths ?? []);
  const about = paths.length > 0 ? ` (${paths.slice(0, 3).join(", ")}${paths.length > 3 ? ", …" : ""})` : "";
  return `Is this change right to land${about}? Approve it, or request changes.`;
}

/** A label or command that a rule wants of somebody is a question to them as well. */
export function askForEvidence(evidence: Evidence, rule: string, judged: Judged): Ask[] {
  if (evidence.kind !== "command" && evidence.kind !== "label") return [];
  if (evidence.by.length === 0) return [];
  const people = evidence.by.flatMap((w) => peopleOf(w, judged)).filter((l, i, list) => firstOf(l, list) === i);
  const able = people.filter((l) => kindOf(l, judged) === "human" && isAnyOf(l, evidence.by, judged) === "true");
  const of = able.length > 0 ? able : evidence.by.map((w) => whoText(w).replace(/^@/, ""));
  return [
    {
      of: of.slice(0, namedMax),
      count: 1,
      question: `Should this land? It waits for ${evidenceWords(evidence)}.`,
      rule,
    },
  ];
}

function firstOf(login: Login, list: readonly Login[]): number {
  return list.findIndex((other) => other.toLowerCase() === login.toLowerCase());
}

function canStill(
  login: Login,
  need: Counted,
  { approved, judged }: { approved: readonly Login[]; judged: Judged },
): boolean {
  return !includesLogin(approved, login) && mayApprove(login, need, judged) === "true";
}

/** Everybody known by name who may meet a need, in the policy's order, then by name. */
function candidates({ need, owned }: Counted, judged: Judged): readonly Login[] {
  const names = owned ? ownerLogins(owned.owners, judged) : need.from.flatMap((w) => peopleOf(w, judged));
  return names.filter((login, i) => firstOf(login, names) === i);
}

function peopleOf(who: Who, judged: Judged): readonly Login[] {
  switch (who.is) {
    case "login":
      return [who.login];
    case "author":
      return [judged.pull.author.login];
    case "team": {
      const members = teamMembers(who.team, judged);
      return members.state === "read" ? [...members.value].sort() : [];
    }
    case "owners":
      return ownersOfTouched(judged);
    default:
      // Who owns what is touched is likeliest to know it.
      return [...ownersOfTouched(judged), ...Object.keys(judged.repo.permissions).sort()];
  }
}

function ownersOfTouched(judged: Judged): readonly Login[] {
  const owned = ownedPaths(judged);
  return owned.state === "read" ? owned.value.flatMap((o) => ownerLogins(o.owners, judged)) : [];
}

function ownerLogins(owners: readonly string[], judged: Judged): readonly Login[] {
  return owners
    .filter((o) => o.startsWith("@"))
    .flatMap((o) =>
      peopleOf(o.includes("/") ? { is: "team", team: o.slice(1) } : { is: "login", login: o.slice(1) }, judged),
    );
}

function shared(lists: ReadonlyArray<readonly Login[]>): readonly Login[] {
  const [first = [], ...rest] = lists;
  return first.filter((login) => rest.every((list) => includesLogin(list, login)));
}
