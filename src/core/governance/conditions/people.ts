import type { Truth } from "../../model/verdict.js";
import { textMatches } from "../../policy/pattern.js";
import { whoText } from "../../policy/who.js";
import { defaultNeed } from "../../policy/defaults.js";
import { judgments } from "../approvals.js";
import { contributors } from "../contributors.js";
import { mayApprove } from "../judgment-needs.js";
import type { Judged } from "../judged.js";
import { labelledBy } from "../labels.js";
import { isAnyOf } from "../people.js";
import { allOf, anyOf, notOf, truthOf } from "../truth.js";
import { listed, patternsText, type Found, type LeafOf } from "./found.js";

export function authorFound({ who }: LeafOf<"author">, judged: Judged): Found {
  const { author } = judged.pull;
  return {
    truth: isAnyOf(author.login, who, judged),
    what: `author: ${who.map(whoText).join(", ")}`,
    found: `@${author.login} (${author.kind})`,
  };
}

/** Authors, committers and co-authors; one whose account nobody knows may be anybody. */
export function contributorsFound({ quantifier, who }: LeafOf<"contributors">, judged: Judged): Found {
  const what = `contributors ${quantifier}: ${who.map(whoText).join(", ")}`;
  const people = contributors(judged.pull);
  if (people.state !== "read") return { truth: "unknown", what, found: "commits could not be read" };
  const truths = [
    ...people.value.known.map((login) => isAnyOf(login, who, judged)),
    ...people.value.unmapped.map((): Truth => "unknown"),
  ];
  const truth = { any: anyOf(truths), only: allOf(truths), none: notOf(anyOf(truths)) }[quantifier];
  return { truth, what, found: listed([...people.value.known.map((l) => `@${l}`), ...people.value.unmapped]) };
}

/** Counted as a need for approvals counts them: not the author, nobody who committed to it, no machine. */
export function approvedFound({ count, from }: LeafOf<"approved">, judged: Judged): Found {
  const what = `approved: ${count} of ${from.map(whoText).join(", ")}`;
  const given = judgments(judged.pull, judged.policy);
  if (given.state !== "read") return { truth: "unknown", what, found: "reviews could not be read" };
  const { approved } = given.value;
  const truths = approved.map((by) => mayApprove(by, { need: { ...defaultNeed, count, from }, owned: null }, judged));
  const sure = truths.filter((t) => t === "true").length;
  const perhaps = truths.filter((t) => t === "unknown").length;
  const truth = sure >= count ? "true" : sure + perhaps >= count ? "unknown" : "false";
  return { truth, what, found: listed(approved.map((l) => `@${l}`)) || "nobody" };
}

export function labelsFound({ names, by }: LeafOf<"labels">, judged: Judged): Found {
  const setBy = by.length > 0 ? ` set by ${by.map(whoText).join(", ")}` : "";
  const what = `labels: ${patternsText(names)}${setBy}`;
  const { labels } = judged.pull;
  const hit = labels.filter((label) => names.some((p) => textMatches(p, label)));
  const truth =
    by.length === 0 ? truthOf(hit.length > 0) : anyOf(["false", ...hit.map((l) => labelledBy(l, by, judged))]);
  return { truth, what, found: listed(hit.length > 0 ? hit : labels) || "no labels" };
}

export function signedFound({ is }: LeafOf<"signed">, { pull }: Judged): Found {
  const what = `signed: ${is}`;
  if (pull.commits.state !== "read") return { truth: "unknown", what, found: "commits could not be read" };
  const commits = pull.commits.value;
  if (commits.length === 0) return { truth: "not-applicable", what, found: "no commits" };
  const unsigned = commits.filter((c) => !c.verified).length;
  return {
    truth: truthOf((unsigned === 0) === is),
    what,
    found: `${unsigned} of ${commits.length} commits not verified`,
  };
}
