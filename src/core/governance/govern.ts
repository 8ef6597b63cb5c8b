import type { Instant } from "../model/ids.js";
import type { Reason } from "../model/reason.js";
import type { Path, Truth, Verdict, VerdictNode } from "../model/verdict.js";
import type { Needs } from "../policy/policy.js";
import { defaultNeed } from "../policy/defaults.js";
import { judgments, type Judgments } from "./approvals.js";
import { asksFor } from "./asks.js";
import type { Demand, Weighed } from "./demand.js";
import { evidenceNode } from "./evidence.js";
import type { GovernInput, Judged } from "./judged.js";
import { countApprovals, spellOut, type Wanted } from "./judgment-needs.js";
import { floorNeeds, hasJudgment } from "./one-way.js";
import { overrideStands, type OverrideView } from "./override.js";
import { isAnyOf } from "./people.js";
import { applyRule, type Applied, type Passed } from "./rules.js";
import { allOf } from "./truth.js";

/**
 * Who must agree to this change, and have they? Pure and total: what cannot be read, told or matched never permits.
 *
 * Every rule that applies adds its needs to `always`; a rule that moves the change by itself lifts `always` and nothing
 * else. A rule that may or may not apply counts as applying, and what it would lift is not lifted: a change is
 * permitted only if it would be however the unknown came out.
 */
export function govern(input: GovernInput, now: Instant): Verdict {
  const judged: Judged = { ...input, now };
  const read = readJudgments(judged);
  const rules = [...judged.policy.rules, ...judged.policy.precedents.map((p) => p.rule)].map((r) =>
    applyRule(r, judged),
  );
  const applied = rules.filter((r): r is Applied => r.applies === "true" || r.applies === "unknown");
  const demands = demandsOf(applied, judged);
  const weighed = weigh(demands, read.judgments, judged);
  const floor = hasJudgment(weighed, judged) ? [] : weigh([{ ...floorNeeds }], read.judgments, judged);
  const all = [...weighed, ...floor];
  const override = overrideStands(judged);
  return conclude({ judged, rules, all, read, override });
}

function demandsOf(applied: readonly Applied[], judged: Judged): Demand[] {
  const demands = applied
    .filter((a) => a.rule.then !== "auto" || a.moves)
    .map((a): Demand => ({ name: a.rule.name, why: a.rule.why, then: a.rule.then, needs: a.rule.needs, applied: a }));
  const moves = applied.some((a) => a.moves);
  const { always } = judged.policy;
  if (!moves && always.approvals.length + always.evidence.length > 0) {
    demands.push({ name: "always", why: "Every change needs this.", then: "review", needs: always, applied: null });
  }
  const asked = judged.standing.personAskedFor;
  if (asked) {
    const needs: Needs = { approvals: [defaultNeed], evidence: [] };
    demands.push({
      name: "a person was asked for",
      why: "Somebody asked for a person.",
      then: "escalate",
      needs,
      applied: null,
    });
  }
  return demands;
}

function weigh(demands: readonly Demand[], given: Judgments | null, judged: Judged): Weighed[] {
  const spelled = demands.map((d) => d.needs.approvals.map((need) => spellOut(d.name, need, judged)));
  const wanted: Wanted[] = spelled.flat().flatMap((w) => (Array.isArray(w) ? w : []));
  const counted = countApprovals(wanted, given?.approved ?? [], judged);
  return demands.map((demand, i) => {
    const own = counted.filter((c) => c.rule === demand.name);
    const unreadable = (spelled[i] ?? []).flatMap((w): VerdictNode[] =>
      Array.isArray(w)
        ? []
        : [
            {
              name: "owners",
              truth: "unknown",
              reasons: [{ code: "owners-unreadable", why: w.unreadable }],
              children: [],
            },
          ],
    );
    const evidence = demand.needs.evidence.map((e) => evidenceNode(e, demand.name, judged));
    const nodes = [
      ...own.map((c) => (given ? c.node : { ...c.node, truth: "unknown" as const })),
      ...unreadable,
      ...evidence,
    ];
    return { ...demand, counted: own, nodes, truth: metBy(demand, nodes) };
  });
}

/** Needs that turn out to ask for nobody (no owners, none of zero) are met; a rule that only holds or refuses isn't. */
function metBy(demand: Demand, nodes: readonly VerdictNode[]): Truth {
  if (nodes.length > 0) return allOf(nodes.map((n) => n.truth));
  const asksNothing = demand.needs.approvals.length + demand.needs.evidence.length === 0;
  return asksNothing && (demand.then === "hold" || demand.then === "refuse") ? "false" : "true";
}

interface ReadJudgments {
  readonly judgments: Judgments | null;
  readonly reasons: readonly Reason[];
}

function readJudgments({ pull, policy }: Judged): ReadJudgments {
  const given = judgments(pull, policy);
  if (given.state === "read") return { judgments: given.value, reasons: given.value.void };
  const why = given.state === "unreadable" ? given.why : "no reviews";
  return { judgments: null, reasons: [{ code: "facts-unreadable", what: "reviews", why }] };
}

interface Conclusion {
  readonly judged: Judged;
  readonly rules: ReadonlyArray<Applied | Passed>;
  readonly all: readonly Weighed[];
  readonly read: ReadJudgments;
  readonly override: OverrideView;
}

function conclude({ judged, rules, all, read, override }: Conclusion): Verdict {
  const open = all.filter((w) => w.truth !== "true" && !override.lifts(w.applied?.rule ?? null));
  const unread = unreadableFacts(judged, read);
  const against = override.stands ? [] : vetoes(read.judgments, judged);
  const { refusal, hold } = judged.standing;
  const refused = refusal && !(override.stands && override.at >= refusal.at) ? refusal : null;
  const blocks: Array<readonly [Path, readonly Reason[]]> = [
    ...(refused ? [["refuse", [{ code: "refused", ...refused }]] as const] : []),
    ...(hold ? [["hold", [{ code: "held", ...hold }]] as const] : []),
    ...(unread.length > 0 ? [["hold", unread] as const] : []),
    ...against.map((reason) => ["review", [reason]] as const),
    ...open.map((w) => [w.then === "auto" ? "hold" : w.then, blockReasons(w)] as const),
  ];
  blocks.sort((a, b) => strictness.indexOf(a[0]) - strictness.indexOf(b[0]));
  const [strictest] = blocks;
  const path: Path = strictest ? strictest[0] : movesByItself(all, { judged, override }) ? "auto" : "review";
  const approved = read.judgments?.approved ?? [];
  return {
    path,
    permits: blocks.length === 0,
    tree: treeOf({ judged, rules, all, read, override }, blocks.length === 0),
    reasons: distinctReasons(blocks.flatMap(([, reasons]) => reasons)),
    asks: blocks.length === 0 ? [] : asksOf(open, { against, approved, judged }),
  };
}

/** Strictest first. */
const strictness: readonly Path[] = ["refuse", "hold", "escalate", "review", "auto"];

/** By itself: a rule says so, and nothing that applies asked for anybody's judgment. */
function movesByItself(
  all: readonly Weighed[],
  { judged, override }: { judged: Judged; override: OverrideView },
): boolean {
  if (override.stands || judged.classification.reversibility === "irreversible") return false;
  const moved = all.some((w) => w.applied?.moves === true);
  return moved && all.every((w) => w.counted.every((c) => c.need.count === 0));
}

function blockReasons(weighed: Weighed): readonly Reason[] {
  const { then, name: rule, why } = weighed;
  const own: Reason[] =
    then === "refuse"
      ? [{ code: "rule-refuses", rule, why }]
      : then === "hold"
        ? [{ code: "rule-holds", rule, why }]
        : [];
  const unmet = weighed.nodes.filter((n) => n.truth !== "true").flatMap((n) => n.reasons);
  return [...own, ...unmet, ...(weighed.applied?.reasons ?? [])];
}

/** Facts without which nothing is permitted, however the rules come out. */
function unreadableFacts({ pull }: Judged, read: ReadJudgments): Reason[] {
  const files: Reason[] =
    pull.files.state === "read"
      ? []
      : [{ code: "diff-unreadable", why: pull.files.state === "unreadable" ? pull.files.why : "not there" }];
  return read.judgments === null ? [...files, ...read.reasons] : files;
}

/** Requests for changes by people who may veto; somebody of whom that can't be told may. */
function vetoes(given: Judgments | null, judged: Judged): Reason[] {
  return (given?.against ?? [])
    .filter((by) => isAnyOf(by, judged.policy.vetoes, judged) !== "false")
    .map((by) => ({ code: "changes-requested", by }));
}

function asksOf(
  open: readonly Weighed[],
  { against, approved, judged }: { against: readonly Reason[]; approved: readonly string[]; judged: Judged },
): Verdict["asks"] {
  const vetoed = against.flatMap((r) =>
    r.code === "changes-requested"
      ? [
          {
            of: [r.by],
            count: 1,
            question: "Is what you asked for done? Approve, or say what is missing.",
            rule: "changes requested",
          },
        ]
      : [],
  );
  return [
    ...vetoed,
    ...asksFor(
      open.flatMap((w) => w.counted),
      approved,
      judged,
    ),
  ];
}

function distinctReasons(reasons: readonly Reason[]): readonly Reason[] {
  const seen = new Set<string>();
  return reasons.filter((reason) => {
    const key = JSON.stringify(reason);
    return !seen.has(key) && seen.add(key).size > 0;
  });
}

function treeOf({ judged, rules, all, read, override }: Conclusion, permits: boolean): VerdictNode {
  const ruleNodes = rules.map((r): VerdictNode => {
    const weighed = all.find((w) => w.applied?.rule.name === r.rule.name && w.applied.when === r.when);
    const when = r.when ? [{ ...r.when, name: `when ${r.when.name}` }] : [];
    const why: Reason = { code: "rule-applies", rule: r.rule.name, why: r.rule.why };
    const applies = r.applies === "true" || r.applies === "unknown";
    return {
      name: r.rule.name,
      truth: weighed?.truth ?? (applies ? r.applies : "not-applicable"),
      reasons: [...(applies ? [why] : []), ...r.reasons],
      children: [...when, ...(weighed?.nodes ?? [])],
    };
  });
  const others = all
    .filter((w) => w.applied === null)
    .map((w): VerdictNode => ({ name: w.name, truth: w.truth, reasons: [], children: w.nodes }));
  const stated = statedReasons(judged, override);
  return {
    name: judged.policy.path,
    truth: permits ? "true" : "false",
    reasons: [...stated, ...read.reasons],
    children: [...ruleNodes, ...others],
  };
}

function statedReasons({ repo, classification, risk, standing }: Judged, override: OverrideView): Reason[] {
  const worst = classification.findings.filter((f) => f.reversibility === classification.reversibility);
  return [
    ...(repo.policy.state === "absent" ? [{ code: "policy-absent" } as const] : []),
    {
      code: "reversibility",
      reversibility: classification.reversibility,
      detectors: [...new Set(worst.map((f) => f.detector))].sort(),
    },
    { code: "risk", level: risk.level, score: risk.score },
    ...(standing.personAskedFor
      ? [{ code: "person-asked-for", by: standing.personAskedFor.by.login, named: [] } as const]
      : []),
    ...override.reasons,
  ];
}
