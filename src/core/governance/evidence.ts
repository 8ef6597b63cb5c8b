import type { Truth, VerdictNode } from "../model/verdict.js";
import type { Evidence } from "../policy/policy.js";
import { evidenceWords } from "../policy/words.js";
import { sinceWhen } from "./approvals.js";
import { linksIssue, sectionNamed } from "./body.js";
import { checkTruth } from "./checks.js";
import { evaluate } from "./conditions/evaluate.js";
import type { Judged } from "./judged.js";
import { labelledBy } from "./labels.js";
import { isAnyOf, kindOf } from "./people.js";
import { allOf, anyOf, truthOf } from "./truth.js";

/** Is a piece of evidence there? */
export function evidenceNode(evidence: Evidence, rule: string, judged: Judged): VerdictNode {
  const children = evidence.kind === "condition" ? [evaluate(evidence.condition, judged)] : [];
  const truth = children[0]?.truth ?? evidenceTruth(evidence, judged);
  const what = evidenceWords(evidence);
  return {
    name: what,
    truth,
    reasons: truth === "true" ? [] : [{ code: "evidence-missing", rule, what }],
    children,
  };
}

function evidenceTruth(evidence: Evidence, judged: Judged): Truth {
  const { pull } = judged;
  switch (evidence.kind) {
    case "check":
      return checkTruth(evidence.check, "passed", pull.checks);
    case "section":
      return truthOf((sectionNamed(pull.body, evidence.name) ?? "") !== "");
    case "issue":
      return truthOf(linksIssue(pull.body));
    case "label":
      if (!pull.labels.includes(evidence.name)) return "false";
      return evidence.by.length === 0 ? "true" : labelledBy(evidence.name, evidence.by, judged);
    case "deployment": {
      const { deployedTo } = pull;
      if (deployedTo === undefined || deployedTo.state === "unreadable") return "unknown";
      return truthOf(deployedTo.state === "read" && deployedTo.value.includes(evidence.environment));
    }
    case "command": {
      const given = pull.commands.filter(
        (c) => c.command.name === evidence.command && c.at >= sinceWhen(pull) && kindOf(c.by.login, judged) === "human",
      );
      const truth = anyOf(given.map((c) => isAnyOf(c.by.login, evidence.by, judged)));
      return truth === "not-applicable" ? "false" : truth;
    }
    case "condition":
      return allOf([evaluate(evidence.condition, judged).truth]);
  }
}
