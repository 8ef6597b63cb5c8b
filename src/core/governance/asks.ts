import type { Login } from "../model/ids.js";
import type { Ask } from "../model/verdict.js";
import type { Who } from "../policy/policy.js";
import { includesLogin } from "./approvals.js";
import type { Judged } from "./judged.js";
import { fromText, mayApprove, type Counted } from "./judgment-needs.js";
import { emptySlots, type Slots } from "./matching.js";
import { ownedPaths } from "./owned.js";
import { teamMembers } from "./people.js";

/** How many sets of people the search may look at before it takes what a greedy choice found. */
const searchMax = 5000;
const namedMax = 10;

/**
 * The smallest set of people who together meet everything that is missing, found the same way each time. People who
 * have been asked for one need are counted for all they may meet; nobody is asked twice.
 */
export function asksFor(missing: readonly Counted[], approved: readonly Login[], judged: Judged): Ask[] {
  const open = missing.filter((m) => m.missing > 0);
  const fits = open.map((m) => candidates(m, judged).filter((login) => canStill(login, m, { approved, judged })));
  const chosen = smallestSet(open, fits);
  const asks = new Map<string, Ask>();
  for (const login of chosen) {
    const meets = open.filter((_, i) => includesLogin(fits[i] ?? [], login));
    const rule = meets
      .map((m) => m.rule)
      .filter(unique)
      .join(", ");
    const alternatives = shared(meets.map((m) => fits[open.indexOf(m)] ?? []));
    const known = asks.get(rule);
    const of = [...(known?.of ?? []), login];
    asks.set(rule, {
      of: [...of, ...alternatives].filter(unique).slice(0, namedMax),
      count: (known?.count ?? 0) + 1,
      question: questionOf(meets),
      rule,
    });
  }
  for (const [i, m] of open.entries()) {
    const named = chosen.filter((login) => includesLogin(fits[i] ?? [], login)).length;
    if (named >= m.missing) continue;
    const of = fromText(m).map((w) => w.replace(/^@/, ""));
    asks.set(`${m.rule} ${i}`, { of, count: m.missing - named, question: questionOf([m]), rule: m.rule });
  }
  return [...asks.values()];
}

function unique<T>(value: T, index: number, all: readonly T[]): boolean {
  return all.indexOf(value) === index;
}

function questionOf(wanted: readonly Counted[]): string {
  const owned = wanted.flatMap((w) => w.owned?.paths ?? []);
  const about = owned.length > 0 ? ` (${owned.slice(0, 3).join(", ")}${owned.length > 3 ? ", …" : ""})` : "";
  return `Is this change right to land${about}? Approve it, or request changes.`;
}

function canStill(
  login: Login,
  m: Counted,
  { approved, judged }: { approved: readonly Login[]; judged: Judged },
): boolean {
  return !includesLogin(approved, login) && mayApprove(login, m, judged) === "true";
}

/** Everybody known by name who may meet a need, in the policy's order, then by name. */
function candidates({ need, owned }: Counted, judged: Judged): readonly Login[] {
  const names = owned ? ownerLogins(owned.owners, judged) : need.from.flatMap((w) => peopleOf(w, judged));
  return names.filter((login, i) => names.findIndex((n) => n.toLowerCase() === login.toLowerCase()) === i);
}

function peopleOf(who: Who, judged: Judged): readonly Login[] {
  switch (who.is) {
    case "login":
      return [who.login];
    case "team": {
      const members = teamMembers(who.team, judged);
      return members.state === "read" ? [...members.value].sort() : [];
    }
    case "owners": {
      const owned = ownedPaths(judged);
      return owned.state === "read" ? owned.value.flatMap((o) => ownerLogins(o.owners, judged)) : [];
    }
    default:
      return [...ownersFirst(judged), ...Object.keys(judged.repo.permissions).sort()];
  }
}

/** Who owns what is touched is likeliest to know it. */
function ownersFirst(judged: Judged): readonly Login[] {
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

/** Greedy first, then every smaller set within the budget: sizes are small, and the answer is the same each time. */
function smallestSet(open: readonly Counted[], fits: ReadonlyArray<readonly Login[]>): readonly Login[] {
  const all = fits.flat().filter((l, i, list) => list.findIndex((o) => o.toLowerCase() === l.toLowerCase()) === i);
  const slots = (people: readonly Login[]): Slots[] =>
    open.map((m, i) => ({
      count: m.missing,
      distinct: m.need.distinct,
      people: people.filter((p) => includesLogin(fits[i] ?? [], p)),
    }));
  const empty = (people: readonly Login[]) => emptySlots(slots(people));
  const greedy = greedySet(all, empty);
  const unmet = empty(greedy);
  let looked = 0;
  const search = (chosen: readonly Login[], from: number, size: number): readonly Login[] | null => {
    if (chosen.length === size) return ++looked <= searchMax && empty(chosen) === unmet ? chosen : null;
    for (let i = from; i < all.length && looked <= searchMax; i++) {
      const found = search([...chosen, all[i] ?? ""], i + 1, size);
      if (found) return found;
    }
    return null;
  };
  for (let size = 0; size < greedy.length; size++) {
    const found = search([], 0, size);
    if (found) return found;
  }
  return greedy;
}

/** Takes whoever fills most empty slots, the first of equals, until nobody fills any. */
function greedySet(all: readonly Login[], empty: (people: readonly Login[]) => number): readonly Login[] {
  const chosen: Login[] = [];
  for (let left = empty(chosen); left > 0;) {
    let best: { login: Login; left: number } | null = null;
    for (const login of all) {
      if (chosen.includes(login)) continue;
      const after = empty([...chosen, login]);
      if (after < (best?.left ?? left)) best = { login, left: after };
    }
    if (!best) break;
    chosen.push(best.login);
    left = best.left;
  }
  return chosen;
}
