import { pathMatches, patternText } from "./pattern.js";
import type { Condition, Pattern, Policy } from "./policy.js";
import { nearestWord, type Problem } from "./problem.js";

/** `findings:` that no detector can answer: the rule would silently never see one. `ids` are all detectors there are. */
export function lintFindings(policy: Policy, ids: readonly string[]): Problem[] {
  const rules = [...policy.rules, ...policy.precedents.map((p) => p.rule)];
  return rules.flatMap((rule) => {
    const that = rule.needs.evidence.flatMap((e) => (e.kind === "condition" ? [e.condition] : []));
    const patterns = [...(rule.when ? [rule.when] : []), ...that].flatMap(detectorPatterns);
    return patterns
      .filter((pattern) => !ids.some((id) => pathMatches(pattern, id)))
      .map((pattern): Problem => {
        const written = patternText(pattern);
        const near = nearestWord(written, ids);
        const message = `\`${rule.name}\` looks for findings of \`${written}\`, and there is no such detector`;
        return {
          ...rule.place,
          message,
          ...(near !== undefined && { hint: `did you mean \`${near}\`?` }),
          severity: "warning",
        };
      });
  });
}

function detectorPatterns(condition: Condition): readonly Pattern[] {
  switch (condition.test) {
    case "all":
    case "any":
      return condition.of.flatMap(detectorPatterns);
    case "not":
      return detectorPatterns(condition.of);
    case "findings":
      return condition.detectors;
    default:
      return [];
  }
}
