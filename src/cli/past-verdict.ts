import { classify } from "../core/classify/classify.js";
import { readDiff } from "../core/classify/diff.js";
import { govern } from "../core/governance/govern.js";
import { inputOf } from "../core/governance/test-change.js";
import type { Change } from "../core/model/change.js";
import type { Classification, Risk } from "../core/model/classification.js";
import type { Instant } from "../core/model/ids.js";
import { read } from "../core/model/read.js";
import type { Verdict } from "../core/model/verdict.js";
import type { Policy } from "../core/policy/policy.js";
import { levelOf } from "../core/risk/level.js";

/** A landed change as it can be judged again from a clone alone. */
export interface PastChange {
  readonly change: Change;
  readonly classification: Classification;
  readonly risk: Risk;
  readonly at: Instant;
}

/**
 * What a policy says of a landed change before anybody has judged it. Assumed, because git does not say: open for a
 * week, checks passed, nobody approved yet, no owners.
 */
export function pastVerdict({ change, classification, risk, at }: PastChange, policy: Policy): Verdict {
  const { kind } = change.author;
  const input = inputOf({ author: kind, title: change.title, body: change.body, opened: 7 }, { policy, now: at });
  const levelled = { ...risk, level: levelOf(risk.score, policy.risk) };
  return govern({ ...input, pull: { ...input.pull, files: read(change.files) }, classification, risk: levelled }, at);
}

/** A diff too long to read (null) holds no file here, which classification calls unknown. */
export function classifiedPatch(
  of: { readonly title: string; readonly body: string; readonly author: string; readonly isBot: boolean },
  diff: string | null,
): Pick<PastChange, "change" | "classification"> {
  const { files, problems } = diff === null ? { files: [], problems: [] } : readDiff(diff);
  const change: Change = {
    title: of.title,
    body: of.body,
    labels: [],
    author: { login: of.author, kind: of.isBot ? "bot" : "human" },
    files,
  };
  return { change, classification: classify(change, { problems }) };
}
