import type { Reason } from "../model/reason.js";
import type { Ask, Path, Verdict } from "../model/verdict.js";
import { judgments, type Judgments } from "./approvals.js";
import { askForEvidence, asksFor } from "./asks.js";
import { personWanted, type Weighed } from "./demand.js";
import type { Judged } from "./judged.js";
import type { OverrideView } from "./override.js";
import type { Conclusion, ReadJudgments } from "./conclusion.js";
import { isAnyOf } from "./people.js";
import { personAsked } from "./person-asked.js";
import { treeOf } from "./tree.js";

export function readJudgments({ pull, policy }: Judged): ReadJudgments {
  const given = judgments(pull, policy);
  if (given.state === "read") return { judgments: given.value, reasons: given.value.void };
  const why = given.state === "unreadable" ? given.why : "no reviews";
  return { judgments: null, reasons: [{ code: "facts-unreadable", what: "reviews", why }] };
}

/** Everything that stands in the way, the strictest path of it, and who could clear it. */
export function conclude({ judged, rules, all, read, override }: Conclusion): Verdict {
  const open = all.filter((w) => w.truth !== "true" && !override.lifts(w.applied?.rule ?? null));
  const unread = unreadableFacts(judged, read);
  const against = override.stands ? [] : vetoes(read.judgments, judged);
  const { refusal, hold } = judged.standing;
  const { fault } = judged;
  const refused = refusal && !(override.stands && override.at >= refusal.at) ? refusal : null;
  const blocks: Array<readonly [Path, readonly Reason[]]> = [
    ...(fault ? [[fault.path, [fault.reason]] as const] : []),
    ...(refused ? [["refuse", [{ code: "refused", ...refused }]] as const] : []),
    ...(hold ? [["hold", [{ code: "held", ...hold }]] as const] : []),
    ...(unread.length > 0 ? [["hold", unread] as const] : []),
    ...against.map((reason) => ["review", [reason]] as const),
    ...open.map((w) => [openPath(w), blockReasons(w)] as const),
  ];
  blocks.sort((a, b) => strictness.indexOf(a[0]) - strictness.indexOf(b[0]));
  const [strictest] = blocks;
  const path: Path = strictest ? strictest[0] : movesByItself(all, { judged, override }) ? "auto" : "review";
  const approved = read.judgments?.approved ?? [];
  // Nobody can clear a fault of the change itself by judging it.
  const asks = blocks.length === 0 || fault ? [] : asksOf(open, { against, all, approved, judged });
  return {
    path,
    permits: blocks.length === 0,
    tree: treeOf({ judged, rules, all, read, override }, { permits: blocks.length === 0, asks }),
    reasons: distinctReasons([
      ...(open.some((w) => w.name === personWanted) ? personAsked(judged, asks) : []),
      ...blocks.flatMap(([, reasons]) => reasons),
    ]),
    asks,
  };
}

/** An automatic rule waits for its evidence, or for the people it asks for. */
function openPath({ then, counted }: Weighed): Path {
  if (then !== "auto") return then;
  return counted.some((c) => c.missing > 0) ? "review" : "hold";
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

/** Who could clear what stands in the way: who said no, who is missing, whose word a rule wants. */
function asksOf(
  open: readonly Weighed[],
  {
    against,
    all,
    approved,
    judged,
  }: { against: readonly Reason[]; all: readonly Weighed[]; approved: readonly string[]; judged: Judged },
): Ask[] {
  const { refusal } = judged.standing;
  const objectors = [
    ...(refusal ? [refusal.by] : []),
    ...against.flatMap((r) => (r.code === "changes-requested" ? [r.by] : [])),
  ];
  const question = "Is what you asked for done? Approve, or say what is missing.";
  const objections = [...new Set(objectors)].map((by): Ask => ({ of: [by], count: 1, question, rule: "objection" }));
  const words = open.flatMap((w) =>
    w.needs.evidence.flatMap((e, i) => {
      const node = w.nodes[w.nodes.length - w.needs.evidence.length + i];
      return node?.truth === "true" ? [] : askForEvidence(e, w.name, judged);
    }),
  );
  const wanted = open.some((w) => w.counted.some((c) => c.missing > 0))
    ? all.filter((w) => w.truth === "true" || open.includes(w)).flatMap((w) => w.counted)
    : [];
  const asked = words.flatMap((a) => a.of.slice(0, a.count));
  return [...objections, ...asksFor(wanted, { approved, asked, judged }), ...words];
}

function distinctReasons(reasons: readonly Reason[]): readonly Reason[] {
  const seen = new Set<string>();
  return reasons.filter((reason) => {
    const key = JSON.stringify(reason);
    return !seen.has(key) && seen.add(key).size > 0;
  });
}
