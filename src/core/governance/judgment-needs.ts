import type { Login } from "../model/ids.js";
import type { Reason } from "../model/reason.js";
import type { Truth, VerdictNode } from "../model/verdict.js";
import type { ApprovalNeed, Who } from "../policy/policy.js";
import { whoText } from "../policy/who.js";
import { includesLogin, type Judgments } from "./approvals.js";
import { contributors } from "./contributors.js";
import type { Judged } from "./judged.js";
import { assign, type Slots } from "./matching.js";
import { ownedPaths, type OwnedPaths } from "./owned.js";
import { isAnyOf, isOwner, kindOf } from "./people.js";

/** One approval need of one rule, with who may meet it. */
export interface Wanted {
  /** Index of the demand that it belongs to: names need not be unique. */
  readonly demand: number;
  readonly rule: string;
  readonly need: ApprovalNeed;
  /** The owners that it is about, for a need of one approval for each set of owners. */
  readonly owned: OwnedPaths | null;
}

/** A wanted approval with what was counted for it. */
export interface Counted extends Wanted {
  /** Who has approved and may be counted for it. */
  readonly eligible: readonly Login[];
  readonly by: readonly Login[];
  readonly missing: number;
  readonly node: VerdictNode;
}

/** Needs for each set of owners become one need a set; without owners there is nothing to ask for. */
export function spellOut(
  of: Pick<Wanted, "demand" | "rule">,
  need: ApprovalNeed,
  judged: Judged,
): Wanted[] | { readonly unreadable: string } {
  if (!need.eachOwner) return need.count === 0 ? [] : [{ ...of, need, owned: null }];
  const owned = ownedPaths(judged);
  if (owned.state === "unreadable") return { unreadable: owned.why };
  return owned.state === "absent" ? [] : owned.value.map((o) => ({ ...of, need: { ...need, count: 1 }, owned: o }));
}

/** Counts the approvals for all needs at once, since people may be counted for one distinct need only. */
export function countApprovals(wanted: readonly Wanted[], approved: Judgments["approved"], judged: Judged): Counted[] {
  const eligible = wanted.map((w) => approved.map((login) => ({ login, truth: mayApprove(login, w, judged) })));
  const slots = (truths: readonly Truth[]): Slots[] =>
    wanted.map((w, i) => ({
      count: w.need.count,
      distinct: w.need.distinct,
      people: (eligible[i] ?? []).filter((e) => truths.includes(e.truth)).map((e) => e.login),
    }));
  const certain = assign(slots(["true"]));
  const atMost = assign(slots(["true", "unknown"]));
  return wanted.map((w, i) => {
    const by = certain[i] ?? [];
    const missing = Math.max(0, w.need.count - by.length);
    const maybe = (atMost[i] ?? []).length >= w.need.count;
    const truth = missing === 0 ? "true" : maybe ? "unknown" : "false";
    const sure = (eligible[i] ?? []).filter((e) => e.truth === "true").map((e) => e.login);
    return { ...w, by, missing, eligible: sure, node: nodeOf(w, { by, truth, judged }) };
  });
}

/** May this person's approval count for this need? Machines count only when the policy names them by login. */
export function mayApprove(login: Login, { need, owned }: Pick<Wanted, "need" | "owned">, judged: Judged): Truth {
  if (!need.author && includesLogin([judged.pull.author.login], login)) return "false";
  const byName = need.from.some((w) => w.is === "login" && includesLogin([w.login], login));
  if (!byName && kindOf(login, judged) !== "human") return "false";
  const eligible = owned ? isOwner(login, owned.owners, judged) : isAnyOf(login, need.from, judged);
  if (eligible === "false" || need.committers || includesLogin([judged.pull.author.login], login)) return eligible;
  const people = contributors(judged.pull);
  if (people.state !== "read") return "unknown";
  return includesLogin(people.value.known, login) ? "false" : eligible;
}

function nodeOf(
  wanted: Wanted,
  { by, truth, judged }: { by: readonly Login[]; truth: Truth; judged: Judged },
): VerdictNode {
  const from = fromText(wanted);
  const name = `approvals from ${from.join(", ")}`;
  if (truth === "true")
    return { name, truth, reasons: [{ code: "approvals-given", rule: wanted.rule, by }], children: [] };
  const have = by.length;
  const missing: Reason = { code: "approvals-missing", rule: wanted.rule, have, need: wanted.need.count, from };
  return { name, truth, reasons: truth === "unknown" ? [missing, ...unread(judged)] : [missing], children: [] };
}

/** Facts about people that could not be read, when an approval hangs on them. */
function unread({ pull, repo }: Judged): Reason[] {
  const teams = Object.entries(repo.teams).flatMap(([team, members]): Reason[] =>
    members.state === "unreadable"
      ? [{ code: "facts-unreadable", what: "teams", why: `@${team}: ${members.why}` }]
      : [],
  );
  const permissions = Object.entries(repo.permissions).flatMap(([login, held]): Reason[] =>
    held.state === "unreadable"
      ? [{ code: "facts-unreadable", what: "permissions", why: `@${login}: ${held.why}` }]
      : [],
  );
  const { commits } = pull;
  return [
    ...(commits.state === "unreadable"
      ? [{ code: "facts-unreadable", what: "commits", why: commits.why } as const]
      : []),
    ...teams,
    ...permissions,
  ];
}

export function fromText({ need, owned }: Wanted): readonly string[] {
  return owned ? owned.owners : need.from.map((w: Who) => whoText(w));
}
