import type { Login } from "../model/ids.js";
import type { Reason } from "../model/reason.js";
import type { Truth } from "../model/verdict.js";
import type { CommandWord, Rule } from "../policy/policy.js";
import { speaksOfPresent } from "./approvals.js";
import type { Judged } from "./judged.js";
import { isAnyOf, kindOf } from "./people.js";
import { allOf, truthOf } from "./truth.js";

/** What an override does for the change as it stands. */
export interface OverrideView {
  readonly stands: boolean;
  readonly at: number;
  readonly reasons: readonly Reason[];
  /** Does it lift what this rule needs? Null: what every change needs. */
  readonly lifts: (rule: Rule | null) => boolean;
}

const none: OverrideView = { stands: false, at: 0, reasons: [], lifts: () => false };

/** An override speaks about one diff, counts only from a person whom the policy lets override, and says so itself. */
export function overrideStands(judged: Judged): OverrideView {
  const { override } = judged.standing;
  if (!override) return none;
  const voided = (why: "diff-changed" | "not-authorised" | "authority-unreadable"): OverrideView => ({
    ...none,
    reasons: [{ code: "override-void", by: override.by, why }],
  });
  if (!speaksOfPresent(override.headSha, judged.pull)) return voided("diff-changed");
  const may = mayCommand(override.by, "override", judged);
  if (may !== "true") return voided(may === "unknown" ? "authority-unreadable" : "not-authorised");
  const { by, reason, at } = override;
  return {
    stands: true,
    at,
    reasons: [{ code: "overridden", by, reason, at }],
    lifts: (rule) => !rule?.override || isAnyOf(by, rule.override, judged) === "true",
  };
}

/** May this person give this command about this change? Machines may ask for explanations and for people only. */
export function mayCommand(login: Login, command: CommandWord, judged: Judged): Truth {
  const machine = kindOf(login, judged) !== "human";
  const harmless = command === "explain" || command === "human" || command === "queue" || command === "dequeue";
  return allOf([truthOf(!machine || harmless), isAnyOf(login, judged.policy.commands[command], judged)]);
}
