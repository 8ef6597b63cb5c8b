import type { PullFacts, RecordedReview } from "../facts/facts.js";
import { sameLogin, type Instant, type Login } from "../model/ids.js";
import type { Reason } from "../model/reason.js";
import { read, type Read } from "../model/read.js";
import type { Policy } from "../policy/policy.js";

/** What the reviews of a change come to: one judgment a person, the latest. */
export interface Judgments {
  /** People whose approval speaks about the change as it stands. */
  readonly approved: readonly Login[];
  /** People whose request for changes has not been answered by themselves. */
  readonly against: readonly Login[];
  /** Approvals that no longer count, and why. */
  readonly void: readonly Reason[];
}

/**
 * The latest approval, request for changes or dismissal of each person decides; comments are no judgment. An approval
 * counts when it was given on a head that we recorded and whose diff is the present one: a pure rebase keeps it, a
 * push that changes the diff voids it. With `voidedBy: push` only the present head counts.
 */
export function judgments(pull: PullFacts, policy: Policy): Read<Judgments> {
  if (pull.reviews.state === "absent") return read({ approved: [], against: [], void: [] });
  if (pull.reviews.state === "unreadable") return pull.reviews;
  const latest = latestByPerson(pull.reviews.value);
  const approvals = latest.filter((r) => r.state === "approved");
  const faults = approvals.map((review) => ({ review, fault: faultOf(review, { pull, policy }) }));
  const dismissed = latest.filter((r) => r.state === "dismissed").map((r) => voided(r.by, "dismissed"));
  return read({
    approved: faults.filter((f) => f.fault === null).map((f) => f.review.by),
    against: latest.filter((r) => r.state === "changes-requested").map((r) => r.by),
    void: [...faults.flatMap(({ review, fault }) => (fault === null ? [] : voided(review.by, fault))), ...dismissed],
  });
}

function latestByPerson(reviews: readonly RecordedReview[]): readonly RecordedReview[] {
  const latest = new Map<string, RecordedReview>();
  const inOrder = [...reviews].sort((a, b) => a.at - b.at || a.id - b.id);
  for (const review of inOrder) {
    if (review.state !== "commented") latest.set(review.by.toLowerCase(), review);
  }
  return [...latest.values()];
}

type Fault = "diff-changed" | "head-unrecorded";

function faultOf(review: RecordedReview, { pull, policy }: { pull: PullFacts; policy: Policy }): Fault | null {
  if (review.headSha === null || !pull.heads.some((h) => h.sha === review.headSha)) return "head-unrecorded";
  if (review.headSha === pull.headSha) return null;
  const sameDiff = pull.diffDigest !== null && review.diffDigest === pull.diffDigest;
  return policy.voidedBy === "change" && sameDiff ? null : "diff-changed";
}

function voided(by: Login, why: Fault | "dismissed"): Reason {
  return { code: "approval-void", by, why };
}

/**
 * Since when the change has been as it stands: when the first of the unbroken run of heads with the present diff was
 * seen. What was said before speaks about another change.
 */
export function sinceWhen(pull: PullFacts): Instant {
  let since = pull.heads.at(-1)?.at ?? pull.updatedAt;
  for (const head of [...pull.heads].reverse()) {
    if (head.sha !== pull.headSha && (pull.diffDigest === null || head.diffDigest !== pull.diffDigest)) break;
    since = head.at;
  }
  return since;
}

/** Does a head that somebody spoke about carry the change as it stands? */
export function speaksOfPresent(headSha: string, pull: PullFacts): boolean {
  if (headSha === pull.headSha) return true;
  const head = pull.heads.find((h) => h.sha === headSha);
  return head !== undefined && pull.diffDigest !== null && head.diffDigest === pull.diffDigest;
}

export function includesLogin(list: readonly Login[], login: Login): boolean {
  return list.some((l) => sameLogin(l, login));
}
