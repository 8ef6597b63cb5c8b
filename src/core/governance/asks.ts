import type { Login } from "../model/ids.js";
import type { Ask } from "../model/verdict.js";
import { defaultNeed } from "../policy/defaults.js";
import type { Condition, Evidence, Who } from "../policy/policy.js";
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
/** A change that needs more asks than this is told so by its path; the rest waits for the first answers. */
const asksMax = 40;

/**
 * The smallest set of people who together meet everything that is missing. `needs` are all approvals that the change
 * needs, met or not: a person who approved may be counted for another need when somebody new takes their place.
 * Whoever is asked for something else already goes before others who could do as well. Nobody is asked twice, and
 * whoever is asked is told every rule that it serves.
 */
export function asksFor(
  needs: readonly Counted[],
  { approved, asked, judged }: { approved: readonly Login[]; asked: readonly Login[]; judged: Judged },
): Ask[] {
  if (needs.every((n) => n.missing === 0)) return [];
  const able = ableOnes(needs, { approved, asked, judged });
  const slots = (people: readonly Login[]): Slots[] =>
    needs.map((n, i) => ({
      count: n.need.count,
      distinct: n.need.distinct,
      people: [...n.eligible, ...people.filter((p) => able.get(p)?.includes(i))],
    }));
  const chosen = smallestSet(distinguishable(able, needs), emptyCounter(needs, { able, slots }));
  const counted = assign(slots(chosen));
  const unnamed = needs.flatMap((n, i) => {
    const count = n.need.count - (counted[i] ?? []).length;
    return count > 0 ? [wordAsk(n, count)] : [];
  });
  return [...namedAsks(chosen, { needs, able }), ...unnamed].slice(0, asksMax);
}

/** How many slots a set of people leaves empty. Without distinct needs that is plain counting. */
function emptyCounter(
  needs: readonly Counted[],
  { able, slots }: { able: Able; slots: (people: readonly Login[]) => Slots[] },
): (people: readonly Login[]) => number {
  if (needs.some((n) => n.need.distinct)) return (people) => emptySlots(slots(people));
  return (people) => {
    const left = needs.map((n) => n.missing);
    for (const login of people) for (const i of able.get(login) ?? []) left[i] = (left[i] ?? 0) - 1;
    return left.reduce((sum, n) => sum + Math.max(0, n), 0);
  };
}

/** Everybody who could still approve, with the needs that they could meet, in the policy's order. */
type Able = ReadonlyMap<Login, readonly number[]>;

function ableOnes(
  needs: readonly Counted[],
  { approved, asked, judged }: { approved: readonly Login[]; asked: readonly Login[]; judged: Judged },
): Able {
  const spelled = new Map<string, Login>();
  const able = new Map<Login, number[]>();
  for (const [i, need] of needs.entries()) {
    const people = candidates(need, judged);
    const first = people.filter((p) => includesLogin(asked, p));
    for (const written of new Set([...first, ...people])) {
      const login = spelled.get(written.toLowerCase()) ?? written;
      spelled.set(written.toLowerCase(), login);
      if (able.get(login)?.includes(i) || includesLogin(approved, login)) continue;
      if (mayApprove(login, need, judged) === "true") able.set(login, [...(able.get(login) ?? []), i]);
    }
  }
  return able;
}

/** Of people who can meet exactly the same needs, no more than those needs could use: the rest change nothing. */
function distinguishable(able: Able, needs: readonly Counted[]): readonly Login[] {
  const kept = new Map<string, number>();
  return [...able].flatMap(([login, serves]) => {
    const alike = serves.join();
    const useful = serves.reduce((sum, i) => sum + (needs[i]?.need.count ?? 0), 0);
    const known = kept.get(alike) ?? 0;
    kept.set(alike, known + 1);
    return known < useful ? [login] : [];
  });
}

/** One ask for all who serve the same rules. */
function namedAsks(chosen: readonly Login[], { needs, able }: { needs: readonly Counted[]; able: Able }): Ask[] {
  const groups = new Map<string, { people: Login[]; serves: readonly number[] }>();
  for (const login of chosen) {
    const all = able.get(login) ?? [];
    const open = all.filter((i) => (needs[i]?.missing ?? 0) > 0);
    const serves = open.length > 0 ? open : all;
    const group = groups.get(serves.join()) ?? { people: [], serves };
    group.people.push(login);
    groups.set(serves.join(), group);
  }
  return [...groups.values()].map(({ people, serves }) => {
    const served = serves.flatMap((i) => needs[i] ?? []);
    const others: Login[] = [];
    for (const [login, could] of able) {
      if (people.length + others.length >= namedMax) break;
      if (!chosen.includes(login) && serves.every((i) => could.includes(i))) others.push(login);
    }
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
  if (evidence.kind === "condition") return askForApproved(evidence.condition, rule, judged);
  if (evidence.kind !== "command" && evidence.kind !== "label") return [];
  if (evidence.by.length === 0) return [];
  const people = [...new Set(evidence.by.flatMap((w) => peopleOf(w, judged)))];
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

/** A condition on approvals is a question to whoever could give one of them. */
function askForApproved(condition: Condition, rule: string, judged: Judged): Ask[] {
  const from = approvers(condition);
  if (from.length === 0) return [];
  const need = { ...defaultNeed, from };
  const people = [...new Set(from.flatMap((w) => peopleOf(w, judged)))];
  const able = people.filter((l) => mayApprove(l, { need, owned: null }, judged) === "true");
  const of = able.length > 0 ? able : from.map((w) => whoText(w).replace(/^@/, ""));
  const question = "Is this change right to land? Approve it, or request changes.";
  return [{ of: of.slice(0, namedMax), count: 1, question, rule }];
}

function approvers(condition: Condition): readonly Who[] {
  switch (condition.test) {
    case "all":
    case "any":
      return condition.of.flatMap(approvers);
    case "approved":
      return condition.from;
    default:
      return [];
  }
}

/** Everybody known by name who may meet a need, in the policy's order, then by name. */
function candidates({ need, owned }: Counted, judged: Judged): readonly Login[] {
  return owned ? ownerLogins(owned.owners, judged) : need.from.flatMap((w) => peopleOf(w, judged));
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
      return [...ownersOfTouched(judged), ...Object.keys(judged.repo.permissions).sort(), ...writers(judged)];
  }
}

function writers({ repo }: Judged): readonly Login[] {
  return repo.writers?.state === "read" ? Object.keys(repo.writers.value).sort() : [];
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
