import type { Facts, PullFacts } from "../../src/core/facts/facts.js";
import type { Decision, UnitDecision } from "../../src/core/line/decision.js";
import type { Delivery, CommitRequest, Loaded } from "../../src/engine/ports.js";
import type { Effect, WordsEffect } from "../../src/core/model/effect.js";
import { prNumber, sha, type Sha } from "../../src/core/model/ids.js";
import { absent, read } from "../../src/core/model/read.js";
import { emptyQueueState } from "../../src/core/queue/state.js";

/** Small honest records for the store's tests: it never looks inside most of them. */

export const repo = "acme/shop";
export const main = "acme/shop@main";
export const at = Date.UTC(2026, 0, 5, 9);

export function hex(digit: string): Sha {
  return sha(digit.repeat(40));
}

export function aDelivery(with_: Partial<Delivery> = {}): Delivery {
  return {
    id: "d-1",
    event: "pull_request",
    action: "opened",
    repo,
    installationId: 7,
    receivedAt: at,
    bases: ["main"],
    stale: [],
    witnessed: [],
    flow: [],
    ...with_,
  };
}

export function someFacts(with_: Partial<Facts> = {}): Facts {
  return {
    queue: main,
    repo: {
      name: repo,
      base: "main",
      baseSha: hex("b"),
      policy: absent,
      lastGoodPolicy: null,
      extended: {},
      codeowners: absent,
      teams: {},
      permissions: { zoe: read("write"), adam: read("read") },
      requiredChecks: read(["test"]),
    },
    pulls: [aPull(12)],
    builds: {},
    outcomes: [],
    lessons: { risk: {}, flakeProbability: 0, buildMinutes: null },
    ...with_,
  };
}

export function aPull(number: number): PullFacts {
  return {
    number: prNumber(number),
    state: "open",
    title: `Change ${number}`,
    body: "",
    draft: false,
    author: { login: "zoe", kind: "human" },
    baseRef: "main",
    headRef: `topic-${number}`,
    headSha: hex("a"),
    headRepo: repo,
    fork: false,
    labels: [],
    createdAt: at,
    updatedAt: at,
    files: read([
      {
        path: "a.txt",
        status: "modified",
        added: 1,
        deleted: 0,
        patch: { state: "text", text: "@@ -1 +1,2 @@\n a\n+b\u0000\ud800\n".repeat(100) },
      },
    ]),
    diffDigest: null,
    commits: read([]),
    heads: [],
    reviews: read([]),
    checks: read([]),
    commands: [],
  };
}

export function aUnit(number: number, with_: Partial<UnitDecision> = {}): UnitDecision {
  return {
    number: prNumber(number),
    headSha: hex("a"),
    classification: { reversibility: "reversible", findings: [] },
    risk: { score: 0.1, level: "low", why: [] },
    verdict: {
      path: "auto",
      permits: true,
      tree: { name: "policy", truth: "true", reasons: [], children: [] },
      reasons: [],
      asks: [],
    },
    reasons: [{ code: "ready" }],
    next: ["drumline"],
    expected: null,
    ...with_,
  };
}

export function aDecision(with_: Partial<Decision> = {}): Decision {
  return { next: emptyQueueState, units: [aUnit(12)], effects: [], policyDigest: "p0", ...with_ };
}

/** What a run would commit after `load`. */
export function aCommit(loaded: Loaded, with_: Partial<CommitRequest> = {}): CommitRequest {
  return {
    version: loaded.version,
    now: at,
    facts: someFacts({ outcomes: loaded.outcomes }),
    previous: loaded.state,
    decision: aDecision(),
    goodPolicy: null,
    flow: [],
    ...with_,
  };
}

export function aBuild(id: string, group = "1"): Effect {
  return {
    kind: "build",
    id,
    group,
    branch: "drumline/main/1",
    staging: "drumline/staging/main/1",
    onto: hex("b"),
    members: [],
    attempt: 1,
  };
}

export function aComment(id: string, body: string, number = 12): WordsEffect {
  return { kind: "comment", id, number: prNumber(number), body };
}

export function aCheck(id: string, head = "a"): Effect {
  return {
    kind: "check",
    id,
    number: prNumber(12),
    headSha: hex(head),
    status: "queued",
    conclusion: null,
    title: "Waiting",
    summary: "",
    annotations: [],
  };
}
