import type { Level, Reversibility } from "../model/classification.js";

/** Labels that Drumline sets: one for reversibility, one for risk, and one for an audit. */
export function reversibilityLabel(reversibility: Reversibility): string {
  return `drumline: ${reversibility}`;
}

export function riskLabel(level: Level): string {
  return `drumline: ${level} risk`;
}

/** On a change that moved by itself and was drawn for a person to look at. */
export const auditLabel = "drumline: audit";

export interface LabelLook {
  /** Six hex digits. */
  readonly color: string;
  /** At most 100 characters, GitHub's limit. */
  readonly description: string;
}

const looks: Readonly<Record<string, LabelLook>> = {
  [reversibilityLabel("reversible")]: {
    color: "2da44e",
    description: "A revert and a normal deploy restore behaviour and data",
  },
  [reversibilityLabel("recoverable")]: {
    color: "bf8700",
    description: "A revert needs a planned extra step, or the deploy itself is hazardous",
  },
  [reversibilityLabel("irreversible")]: {
    color: "cf222e",
    description: "Something would be lost or leave the building",
  },
  [reversibilityLabel("unknown")]: {
    color: "6e7781",
    description: "Could not be read whole, so it is not treated as safe",
  },
  [auditLabel]: { color: "bfd4f2", description: "Moved by itself; drawn by chance for a person to look at" },
  [riskLabel("low")]: { color: "dafbe1", description: "Unlikely to cause harm" },
  [riskLabel("medium")]: { color: "fff8c5", description: "Some chance of causing harm" },
  [riskLabel("high")]: { color: "ffd8b5", description: "More likely than most to cause harm" },
  [riskLabel("critical")]: { color: "ffcecb", description: "Among the likeliest to cause harm" },
};

export function labelLook(name: string): LabelLook {
  return looks[name] ?? { color: "ededed", description: "Set by Drumline" };
}
