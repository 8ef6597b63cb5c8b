import type { Path } from "../model/verdict.js";
import { checksOf, conditionOf, many, patternsOf, spansOf, whoOf } from "./conditions.js";
import { defaultNeed } from "./defaults.js";
import type {
  ApprovalNeed,
  Evidence,
  LaneSettings,
  Needs,
  PaceSettings,
  Place,
  Precedent,
  QueueSettings,
  Rule,
  Trips,
  Who,
} from "./policy.js";
import type { RawPace, RawPrecedent, RawQueue, RawRule } from "./schema.js";
import type { RawApproval, RawNeeds } from "./schema-needs.js";

/** What automatic rules share unless they say otherwise. */
export interface Automatic {
  readonly owner: Who | null;
  readonly downgrade: Exclude<Path, "auto"> | null;
  readonly trips: Trips | null;
}

/** A rule as written; what automatic rules share is added once every text has been read (`withAutomatic`). */
export function ruleOf(raw: RawRule, place: Place): Rule {
  const needs = raw.needs ? needsOf(raw.needs) : { approvals: [], evidence: [] };
  const then = raw.then ?? (needs.approvals.length === 0 && needs.evidence.length > 0 ? "hold" : "review");
  const owner = whoOf(raw.owner)[0] ?? null;
  return {
    name: raw.name,
    why: raw.why ?? "",
    owner,
    reviewBy: raw.review_by ?? null,
    when: raw.when ? conditionOf(raw.when) : null,
    then,
    needs: withDefaultNeed(needs, { then, owner }),
    downgrade: raw.downgrade ?? null,
    trips: raw.trips ?? null,
    override: raw.override === undefined ? null : whoOf(raw.override),
    locked: raw.locked ?? false,
    place,
  };
}

export function withAutomatic(rule: Rule, automatic: Automatic): Rule {
  if (rule.then !== "auto") return rule;
  return {
    ...rule,
    owner: rule.owner ?? automatic.owner,
    downgrade: rule.downgrade ?? automatic.downgrade,
    trips: rule.trips ?? automatic.trips,
  };
}

/** A rule that asks for judgment without saying whose means one approval; one that escalates means its owner's. */
function withDefaultNeed(needs: Needs, { then, owner }: { then: Path; owner: Who | null }): Needs {
  if (needs.approvals.length > 0 || needs.evidence.length > 0) return needs;
  if (then === "review") return { ...needs, approvals: [defaultNeed] };
  return then === "escalate"
    ? { ...needs, approvals: [{ ...defaultNeed, from: owner ? [owner] : defaultNeed.from }] }
    : needs;
}

export function precedentOf(raw: RawPrecedent, place: Place): Precedent {
  const rule = ruleOf(raw, place);
  return { name: raw.name, origin: raw.origin, rule: { ...rule, reviewBy: raw.until ?? rule.reviewBy } };
}

export function needsOf(raw: RawNeeds): Needs {
  return { approvals: approvalsOf(raw), evidence: evidenceOf(raw) };
}

function approvalsOf(raw: RawNeeds): readonly ApprovalNeed[] {
  const shared = raw.from === undefined ? defaultNeed.from : whoOf(raw.from);
  const written: readonly RawApproval[] =
    typeof raw.approvals === "number"
      ? [{ count: raw.approvals }]
      : many(raw.approvals ?? (raw.from === undefined ? undefined : { count: 1 }));
  const needs = written.map((a): ApprovalNeed => ({
    count: a.count ?? 1,
    from: a.from === undefined ? shared : whoOf(a.from),
    eachOwner: false,
    author: a.author ?? false,
    committers: a.committers ?? false,
    distinct: a.distinct ?? false,
  }));
  return raw.owners === true ? [...needs, { ...defaultNeed, from: [{ is: "owners" }], eachOwner: true }] : needs;
}

function evidenceOf(raw: RawNeeds): readonly Evidence[] {
  const that = raw.that && conditionOf(raw.that);
  return [
    ...checksOf(raw.checks).map((check): Evidence => ({ kind: "check", check })),
    ...many(raw.sections).map((name): Evidence => ({ kind: "section", name })),
    ...(raw.issue === true ? [{ kind: "issue" } as const] : []),
    ...many(raw.deployment).map((environment): Evidence => ({ kind: "deployment", environment })),
    ...many(raw.label).map((l): Evidence =>
      typeof l === "string" ? { kind: "label", name: l, by: [] } : { kind: "label", name: l.name, by: whoOf(l.by) },
    ),
    ...(raw.command ? [{ kind: "command", command: raw.command.name, by: whoOf(raw.command.by) } as const] : []),
    ...(that ? [{ kind: "condition", condition: that } as const] : []),
  ];
}

/** Queue settings over those that they extend, key by key. */
export function queueOf(raw: RawQueue, under: QueueSettings): QueueSettings {
  const start = typeof raw.start === "string" ? { auto: raw.start, review: raw.start } : raw.start;
  return {
    checks: raw.checks === undefined ? under.checks : checksOf(raw.checks),
    optional: raw.optional === undefined ? under.optional : many(raw.optional),
    ownChecks: raw.own_checks === undefined ? under.ownChecks : checksOf(raw.own_checks),
    groupSize: raw.group_size ?? under.groupSize,
    slots: raw.slots ?? under.slots,
    sharedSlots: raw.shared_slots === undefined ? under.sharedSlots : raw.shared_slots,
    perHour: raw.per_hour === undefined ? under.perHour : raw.per_hour,
    timeoutMinutes: raw.timeout ?? under.timeoutMinutes,
    flakeRetries: raw.flake_retries ?? under.flakeRetries,
    start: { auto: start?.auto ?? under.start.auto, review: start?.review ?? under.start.review },
    hotfixLabel: raw.hotfix === undefined ? under.hotfixLabel : raw.hotfix,
    priorities: raw.priorities ?? under.priorities,
    windows: raw.windows === undefined ? under.windows : spansOf(raw.windows),
    freezes:
      raw.freezes?.flatMap(({ name, during, lanes, except }) =>
        spansOf(during).map((span) => ({
          ...{ name, span, except: except ? conditionOf(except) : null },
          ...(lanes !== undefined && { lanes: many(lanes) }),
        })),
      ) ?? under.freezes,
    lanes: raw.lanes === undefined ? under.lanes : raw.lanes && lanesOf(raw.lanes),
  };
}

/** As a whole, not key by key: scopes of one file beside reports of another would be nobody's intention. */
function lanesOf(raw: NonNullable<RawQueue["lanes"]>): LaneSettings {
  const scopes = Object.entries(raw.scopes ?? {});
  return {
    scopes: scopes.map(([name, paths]) => ({ name, paths: patternsOf(paths) })),
    affected: checksOf(raw.affected)[0] ?? null,
  };
}

export function paceOf(raw: RawPace, under: PaceSettings): PaceSettings {
  return {
    rope: raw.rope ?? under.rope,
    drum: raw.drum ?? under.drum,
    absorbs: {
      irreversible: raw.absorbs?.irreversible === undefined ? under.absorbs.irreversible : raw.absorbs.irreversible,
      recoverable: raw.absorbs?.recoverable === undefined ? under.absorbs.recoverable : raw.absorbs.recoverable,
    },
    longestHoldHours: raw.longest_hold ?? under.longestHoldHours,
  };
}
