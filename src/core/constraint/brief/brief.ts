import type { Instant } from "../../model/ids.js";
import type { Constraint } from "../../model/station.js";
import type { FlowAccounts, InventoryRow } from "../accounts/accounts.js";
import { accountsOf, inventoryOf } from "../accounts/accounts.js";
import { changedLines, costLines, dayNamer } from "./brief-lines.js";
import { chainBuffers, type ChainBuffer } from "../accounts/chain-buffers.js";
import { constraintWeekOf, type ConstraintWeek } from "../accounts/constraint-week.js";
import type { DrumAccount } from "../accounts/drum-account.js";
import type { Elevation } from "../finder/elevate.js";
import { elevationsOf } from "../finder/elevate.js";
import { dayMinutes } from "../flow/event.js";
import type { Evidence } from "../accounts/evidence.js";
import { evidenceOf } from "../accounts/evidence.js";
import type { Finding } from "../finder/finder.js";
import type { FiveSteps } from "../accounts/five-steps.js";
import { fiveStepsOf } from "../accounts/five-steps.js";
import type { JudgmentAccount } from "../accounts/judgment.js";
import { judgmentOf } from "../accounts/judgment.js";
import type { SoleJudge } from "../accounts/knowledge.js";
import { soleJudges } from "../accounts/knowledge.js";
import type { Ledger } from "../flow/ledger.js";
import type { Metric } from "../accounts/metric.js";
import type { RuleAccount } from "../accounts/rule-account.js";

/** The weekly brief: the constraint, what it costs, the one thing to do, what changed since last week. */
export interface Brief {
  /** The day it speaks of (the last whole one), and the week it looks back on. */
  readonly day: number;
  /** The moment of minute 0; left out: not known. */
  readonly origin?: Instant;
  readonly constraint: Constraint;
  readonly confidence: number;
  readonly evidence: Evidence;
  /** How the constraint was named on each day asked for, and where it moved. */
  readonly history: readonly { readonly day: number; readonly constraint: Constraint }[];
  readonly moves: readonly { readonly day: number; readonly from: Constraint; readonly to: Constraint }[];
  readonly steps: FiveSteps;
  /** The constraint's week; null where it is no station that serves visits. */
  readonly atConstraint: ConstraintWeek | null;
  /** How much ready work each station would want before it, were it the constraint. */
  readonly buffers: readonly ChainBuffer[];
  /** What it cost, and what changed since the week before, in sentences. */
  readonly cost: readonly string[];
  readonly changed: readonly string[];
  /** What one more of each would buy, best first. */
  readonly elevations: readonly Elevation[];
  readonly thisWeek: FlowAccounts;
  readonly lastWeek: FlowAccounts;
  readonly inventory: readonly InventoryRow[];
  readonly judgment: JudgmentAccount;
  readonly knowledge: readonly SoleJudge[];
  readonly metrics: readonly Metric[];
  /** Changes that a full deployment takes; null: none was ever full. */
  readonly deployTakes: number | null;
  /** What production absorbs; left out: no ledger of landings and deployments is known. */
  readonly drum?: DrumAccount;
  /** What the policy's rules did; left out: no decisions are known. */
  readonly rules?: RuleAccount;
}

/**
 * @param findings one for each day asked for, the last is the brief's day
 * @param origin the moment of minute 0, so that days have dates; null: they have numbers
 * @throws when there is no finding
 */
export function briefOf(ledger: Ledger, findings: readonly Finding[], origin: Instant | null = null): Brief {
  const finding = findings.at(-1);
  if (!finding) throw new RangeError("a brief needs a finding");
  const { day, model } = finding;
  const now = (day + 1) * dayMinutes;
  const week = 7 * dayMinutes;
  const thisWeek = accountsOf(ledger, { since: now - week, now, model });
  const lastWeek = accountsOf(ledger, { since: now - 2 * week, now: now - week, model });
  const elevations = model ? elevationsOf(model, day + 1) : [];
  elevations.sort((a, b) => b.perWeek.median - a.perWeek.median);
  const inventory = inventoryOf(ledger, now);
  const judgment = judgmentOf(ledger, { since: now - week, now, model });
  const history = findings.map((f) => ({ day: f.day, constraint: f.constraint }));
  const moves = history.flatMap((h, i) => {
    const from = history[i - 1]?.constraint;
    return from === undefined || from === h.constraint ? [] : [{ day: h.day, from, to: h.constraint }];
  });
  const { constraint } = finding;
  const window = { constraint, model, accounts: thisWeek, since: now - week, now };
  const atConstraint = constraintWeekOf(ledger, window);
  const buffers = model ? chainBuffers(model, ledger, now) : [];
  const dayName = dayNamer(origin);
  const metrics = metricsOf({ thisWeek, lastWeek, inventory, judgment });
  return {
    day,
    ...(origin !== null && { origin }),
    constraint,
    confidence: finding.confidence,
    evidence: evidenceOf(finding),
    history,
    moves,
    steps: fiveStepsOf({
      ...{ finding, accounts: thisWeek, inventory, judgment, elevations, moves, atConstraint, buffers, dayName },
    }),
    atConstraint,
    buffers,
    cost: costLines({ finding, atConstraint, thisWeek, inventory }),
    changed: changedLines({ history, metrics }),
    elevations,
    thisWeek,
    lastWeek,
    inventory,
    judgment,
    knowledge: soleJudges(ledger, now),
    deployTakes: model?.deploy?.batch ?? null,
    metrics,
  };
}

/** Of the landings that were forecast, how many fell inside the range told; ranges are meant to hold 80 of 100. */
export function forecastMetrics(forecasts: { readonly told: number; readonly held: number } | undefined): Metric[] {
  if (!forecasts || forecasts.told === 0) return [];
  return [
    {
      name: "forecasts that held",
      value: (100 * forecasts.held) / forecasts.told,
      before: null,
      unit: `% of ${forecasts.told} landings inside the time forecast (80 is honest)`,
      gaming: "telling wider ranges",
      counter: "how wide the ranges are",
    },
  ];
}

/** The figures of a week, each with its gaming and its counter-metric. */
export function metricsOf(of: {
  readonly thisWeek: FlowAccounts;
  readonly lastWeek: FlowAccounts;
  readonly inventory: readonly InventoryRow[];
  readonly judgment: JudgmentAccount;
}): Metric[] {
  const { thisWeek, lastWeek, inventory, judgment } = of;
  const open = inventory.reduce((sum, row) => sum + row.count, 0);
  const old = inventory.reduce((sum, row) => sum + row.ages.older, 0);
  const { reviewHours } = judgment;
  const allReview = reviewHours.landed + reviewHours.closed + reviewHours.again;
  const share = (part: number) => (allReview > 0 ? (100 * part) / allReview : 0);
  return [
    {
      name: "value delivered",
      value: thisWeek.lead.valuePerDay,
      before: lastWeek.lead.valuePerDay,
      unit: "goal units a day",
      gaming: "splitting changes, or calling more of them valuable",
      counter: "rollbacks and repeat fixes; the size of a change",
    },
    {
      name: "time from open to users",
      value: thisWeek.lead.leadMinutesP50 / 60,
      before: lastWeek.lead.leadMinutesP50 / 60,
      unit: "hours, half took less",
      gaming: "opening changes late, closing slow ones",
      counter: "changes closed without landing; the slowest tenth",
    },
    {
      name: "the slowest tenth",
      value: thisWeek.lead.leadMinutesP90 / 60,
      before: lastWeek.lead.leadMinutesP90 / 60,
      unit: "hours, nine in ten took less",
      gaming: "leaving the slowest open",
      counter: "work older than a week",
    },
    {
      name: "hidden waiting",
      value: 100 * thisWeek.lead.dark,
      before: 100 * lastWeek.lead.dark,
      unit: "% of lead time that no event explains",
      gaming: "sending events that stand for nothing",
      counter: "waiting at the station that now claims the time",
    },
    {
      name: "work in progress",
      value: open,
      before: null,
      unit: `changes, ${old} of them older than a week`,
      gaming: "keeping work in private branches",
      counter: "hidden waiting; time from open to users",
    },
    {
      name: "review that landed nothing",
      value: share(reviewHours.closed),
      before: null,
      unit: "% of review hours on changes that were then closed",
      gaming: "landing what should be refused",
      counter: "rollbacks; one-way doors that nobody judged",
    },
    {
      name: "looking again",
      value: share(reviewHours.again),
      before: null,
      unit: "% of review hours on second and later looks",
      gaming: "approving at the first look",
      counter: "rollbacks and repeat fixes",
    },
  ];
}
