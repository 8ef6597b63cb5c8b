/** What the policy's rules did for the changes of a window. Counted by rule, never by person. */
export interface RuleAccount {
  /** Changes looked at, the newest that are recorded, and when the oldest of them was decided; null: there was none. */
  readonly changes: number;
  readonly since: number | null;
  readonly rules: readonly RuleUse[];
}

export interface RuleUse {
  readonly name: string;
  /** Changes on which it applied, or may have. */
  readonly applied: number;
  /** Of those, on how many the path, or who was asked, would have been another without it. */
  readonly mattered: number;
  /** Of those, how many somebody judged; and on how many of these somebody asked for a change, or the author made one. */
  readonly judged: number;
  readonly changed: number;
  /** It waits for evidence, and what has arrived can't be told from what was never missing. */
  readonly evidence: boolean;
}

/** Fewer changes say nothing about a rule. */
export const changesNeeded = 30;
/** Fewer judgments say nothing about an approval. */
const judgmentsNeeded = 10;

/** Rules and approvals to look at for removal, in words; the last line is how they could deceive. */
export function removalLines(account: RuleAccount | undefined): string[] {
  if (!account || account.changes < changesNeeded) return [];
  const lines = account.rules.flatMap((rule) => lineOf(rule, account));
  if (lines.length === 0) return [];
  return [
    ...lines,
    "Before removing one: a rule that deters shows no effect. Watch reverts and one-way doors that nobody judged.",
  ];
}

function lineOf({ name, applied, mattered, judged, changed, evidence }: RuleUse, { changes }: RuleAccount): string[] {
  if (applied === 0) return [`${name}: applied to none of ${changes} changes`];
  if (mattered === 0) {
    return evidence ? [] : [`${name}: applied to ${applied} of ${changes} changes and made no difference to any`];
  }
  if (judged < judgmentsNeeded || changed > 0) return [];
  return [`${name}: of ${judged} judgments that it asked for, every one was given without any change`];
}
