import type { Instant } from "../model/ids.js";
import { dateOf } from "./calendar.js";
import { clash, implies } from "./implies.js";
import type { ApprovalNeed, Condition, Policy, Rule } from "./policy.js";
import type { Problem } from "./problem.js";
import { whoText } from "./who.js";
import { whenText } from "./words.js";

/**
 * What a valid policy says that its author can hardly mean: rules that never fire, that change nothing, that
 * contradict each other, that have lapsed, that a stranger can switch. `now` decides what has lapsed.
 */
export function lintPolicy(policy: Policy, now: Instant): Problem[] {
  const { rules } = policy;
  return [
    ...rules.flatMap((rule) => [
      ...neverFires(rule, now),
      ...lapsed(rule, now),
      ...unmeetable(rule),
      ...switchable(rule),
    ]),
    ...rules.flatMap((rule, i) =>
      shadowed(
        rule,
        rules.filter((_, j) => j < i),
      ),
    ),
    ...rules.flatMap((rule) => contradicted(rule, policy)),
    ...policy.precedents.flatMap(({ rule }) => lapsed(rule, now)),
    ...silentOnOneWay(policy),
  ];
}

type Severity = Problem["severity"];

function about(rule: Rule, severity: Severity, words: { message: string; hint?: string }): Problem {
  return { ...rule.place, ...words, severity };
}

function neverFires(rule: Rule, now: Instant): Problem[] {
  const found = clash(rule.when);
  if (found) {
    const [a, b] = found.map(whenText);
    return [about(rule, "error", { message: `\`${rule.name}\` can never apply: nothing is both “${a}” and “${b}”` })];
  }
  const over = pastSpan(rule.when, now);
  return over === null
    ? []
    : [
        about(rule, "warning", {
          message: `\`${rule.name}\` can no longer apply: its time ended on ${over}`,
          hint: "remove it",
        }),
      ];
}

/** The last day of a time that has passed and without which the condition cannot hold. */
function pastSpan(condition: Condition | null, now: Instant): string | null {
  if (condition?.test === "all") return condition.of.map((c) => pastSpan(c, now)).find((d) => d !== null) ?? null;
  if (condition?.test !== "time") return null;
  const ends = condition.spans.map((span) => span.to).filter((to) => to !== null);
  const latest = [...ends].sort().at(-1);
  return ends.length === condition.spans.length && latest !== undefined && latest < dateOf(now, "UTC") ? latest : null;
}

function lapsed(rule: Rule, now: Instant): Problem[] {
  if (rule.reviewBy === null || dateOf(now, "UTC") <= rule.reviewBy) return [];
  const who = rule.owner ? ` by ${whoText(rule.owner)}` : "";
  const effect = rule.then === "auto" ? ": it moves nothing by itself any more" : "";
  return [
    about(rule, "warning", {
      message: `\`${rule.name}\` was to be reviewed${who} by ${rule.reviewBy}${effect}`,
      hint: "review it and set a new date, or remove it",
    }),
  ];
}

/** Approvals that nobody can give. */
function unmeetable(rule: Rule): Problem[] {
  return rule.needs.approvals.flatMap((need) => {
    const why = cannotBeGiven(need);
    return why === null ? [] : [about(rule, "error", { message: `\`${rule.name}\` can never be satisfied: ${why}` })];
  });
}

function cannotBeGiven(need: ApprovalNeed): string | null {
  if (need.eachOwner) return null;
  if (need.from.every((w) => w.is === "author") && !need.author) {
    return "only the author may approve, and the author's approval doesn't count (`author: true`)";
  }
  if (need.from.every((w) => w.is === "kind" && w.kind !== "human"))
    return "machines cannot approve unless named by login";
  const logins = new Set(need.from.map((w) => (w.is === "login" ? w.login.toLowerCase() : null)));
  const onlyNamed = !logins.has(null);
  return onlyNamed && logins.size < need.count ? `it needs ${need.count} approvals from ${logins.size} people` : null;
}

/** An automatic rule that hangs on something a stranger can set. */
function switchable(rule: Rule): Problem[] {
  if (rule.then !== "auto") return [];
  return parts(rule.when).flatMap((part) => {
    if (part.test === "labels" && part.by.length === 0) {
      const message = `\`${rule.name}\` moves changes by a label that anybody with triage can set`;
      return [about(rule, "warning", { message, hint: "say who must have set it: labels: { name: …, by: maintain }" })];
    }
    if (part.test === "title" || part.test === "body" || part.test === "head") {
      const message = `\`${rule.name}\` moves changes by their ${part.test}, which their author writes`;
      return [about(rule, "warning", { message, hint: "add paths, findings or reversibility" })];
    }
    return [];
  });
}

function parts(condition: Condition | null): readonly Condition[] {
  if (condition === null) return [];
  return condition.test === "all" || condition.test === "any" ? condition.of.flatMap(parts) : [condition];
}

const strictness = ["auto", "review", "escalate", "hold", "refuse"];

/** A rule that an earlier one makes pointless: it applies to less and asks for nothing more. */
function shadowed(rule: Rule, earlier: readonly Rule[]): Problem[] {
  if (clash(rule.when)) return [];
  const by = earlier.find((other) => implies(rule.when, other.when) && asksNoMore(rule, other));
  if (!by) return [];
  return [
    about(rule, "warning", {
      message: `\`${rule.name}\` changes nothing: \`${by.name}\` (line ${by.place.line}) already does as much for the same changes`,
      hint: "remove one of the two",
    }),
  ];
}

function asksNoMore(rule: Rule, other: Rule): boolean {
  if ((rule.then === "auto") !== (other.then === "auto")) return false;
  if (stops(rule) && !stops(other)) return false;
  if (strictness.indexOf(rule.then) > strictness.indexOf(other.then)) return false;
  const has = (list: readonly unknown[], item: unknown) => list.some((i) => JSON.stringify(i) === JSON.stringify(item));
  const approvals = rule.needs.approvals.every((need) =>
    other.needs.approvals.some(
      (o) => JSON.stringify({ ...need, count: 0 }) === JSON.stringify({ ...o, count: 0 }) && need.count <= o.count,
    ),
  );
  return approvals && rule.needs.evidence.every((e) => has(other.needs.evidence, e));
}

/** An automatic rule all of whose changes another rule stops for good, or gives to people. */
function contradicted(rule: Rule, { rules }: Policy): Problem[] {
  if (rule.then !== "auto") return [];
  const oneWay: Condition = { test: "reversibility", is: ["irreversible", "unknown"] };
  if (implies(rule.when, oneWay)) {
    return [
      about(rule, "error", {
        message: `\`${rule.name}\` can never move anything: one-way doors never move by themselves`,
      }),
    ];
  }
  const by = rules.find((other) => other.then !== "auto" && implies(rule.when, other.when) && judges(other));
  if (!by) return [];
  return [
    about(rule, "error", {
      message: `\`${rule.name}\` moves by itself what \`${by.name}\` (line ${by.place.line}) ${by.then === "refuse" ? "refuses" : by.then === "hold" ? "holds" : "gives to people"}`,
      hint: "narrow one of the two",
    }),
  ];
}

/** It stands in the way as long as it applies, whatever anybody says. */
function stops({ then, needs }: Rule): boolean {
  return (then === "hold" || then === "refuse") && needs.approvals.length + needs.evidence.length === 0;
}

function judges(rule: Rule): boolean {
  return stops(rule) || rule.needs.approvals.some((n) => n.eachOwner || n.count > 0);
}

/** The class that cannot be taken back deserves a word. */
function silentOnOneWay(policy: Policy): Problem[] {
  const speaks = policy.rules.some((r) => r.then !== "auto" && (r.when === null || namesOneWay(r.when)));
  if (speaks) return [];
  return [
    {
      path: policy.path,
      line: 1,
      col: 1,
      message: "no rule speaks of irreversible changes: they need no more than every other change",
      hint: "extends: default, or a rule with when: { reversibility: [irreversible, unknown] }",
      severity: "warning",
    },
  ];
}

function namesOneWay(condition: Condition): boolean {
  return parts(condition).some((p) => p.test === "reversibility" && p.is.includes("irreversible"));
}
