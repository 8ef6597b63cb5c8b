import type { ApprovalNeed, Policy, Who } from "./policy.js";

const writers: readonly Who[] = [{ is: "permission", permission: "write" }];
const participants: readonly Who[] = [{ is: "permission", permission: "read" }, { is: "author" }];

/** One approval by somebody with write who neither opened the change nor committed to it. */
export const defaultNeed: ApprovalNeed = {
  count: 1,
  from: writers,
  eachOwner: false,
  author: false,
  committers: false,
  distinct: false,
};

/** Where every policy starts: what holds for a key that neither it nor what it extends mentions. */
export const emptyPolicy: Policy = {
  path: "",
  extends: [],
  rules: [],
  precedents: [],
  always: { approvals: [defaultNeed], evidence: [] },
  vetoes: writers,
  voidedBy: "change",
  queue: {
    checks: [],
    optional: [],
    ownChecks: [],
    groupSize: 10,
    slots: 4,
    sharedSlots: null,
    perHour: null,
    timeoutMinutes: 60,
    flakeRetries: 1,
    start: { auto: "automatically", review: "on-command" },
    hotfixLabel: "hotfix",
    priorities: { "priority: high": 10, "priority: low": -10 },
    windows: [],
    freezes: [],
    lanes: null,
  },
  pace: {
    rope: "observe",
    drum: "observe",
    absorbs: { irreversible: null, recoverable: null },
    longestHoldHours: 72,
  },
  report: { weekly: false, daily: false, zone: "UTC" },
  show: { labels: true, comment: true },
  actors: {
    bots: ["dependabot[bot]", "renovate[bot]", "github-actions[bot]", "pre-commit-ci[bot]"],
    agents: [
      "copilot-swe-agent[bot]",
      "copilot",
      "claude[bot]",
      "devin-ai-integration[bot]",
      "openai-codex[bot]",
      "chatgpt-codex-connector[bot]",
      "cursor[bot]",
      "google-labs-jules[bot]",
      "sweep-ai[bot]",
    ],
  },
  commands: {
    queue: writers,
    dequeue: [...writers, { is: "author" }],
    hold: writers,
    resume: writers,
    explain: participants,
    human: participants,
    refuse: writers,
    override: [{ is: "permission", permission: "maintain" }],
    pause: [{ is: "permission", permission: "maintain" }],
    drain: [{ is: "permission", permission: "maintain" }],
  },
  // Base rates of reverts are near 1.5 %: these are once, twice and four times that. Nearly all scores are below 10 %.
  risk: { medium: 0.015, high: 0.03, critical: 0.06 },
  // One in fifty: enough to notice within months that what moves by itself does more harm than its reverts show.
  auditShare: 0.02,
};

/**
 * A repository without a policy: everything needs one approval by somebody with write who isn't the author; what
 * cannot be taken back, or cannot be judged, needs two and waits for them. Nothing moves by itself.
 */
export const safeDefault: Policy = {
  ...emptyPolicy,
  path: "safe default",
  rules: [
    {
      name: "One-way doors wait for two people",
      why: "The repository has no policy of its own, and this change cannot simply be taken back.",
      owner: { is: "permission", permission: "maintain" },
      reviewBy: null,
      when: { test: "reversibility", is: ["irreversible", "unknown"] },
      then: "hold",
      needs: { approvals: [{ ...defaultNeed, count: 2 }], evidence: [] },
      downgrade: null,
      trips: null,
      override: null,
      locked: true,
      place: { path: "safe default", line: 1, col: 1 },
    },
  ],
};
