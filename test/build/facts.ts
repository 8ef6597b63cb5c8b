import type { PullFacts, RecordedReview, RepoFacts } from "../../src/core/facts/facts.js";
import { prNumber, sha, type Sha } from "../../src/core/model/ids.js";
import { absent, read } from "../../src/core/model/read.js";
import type { FileChange } from "../../src/core/model/change.js";

/** A commit id that reads as what it stands for: `commit(1)` is 1111…. */
export function commit(n: number): Sha {
  return sha(n.toString(16).padStart(2, "0").repeat(20));
}

export function aFile(path: string, more: Partial<FileChange> = {}): FileChange {
  return { path, status: "modified", added: 1, deleted: 1, patch: { state: "text", text: "" }, ...more };
}

/** A repository whose people are ann, ben, cat (write), max (maintain) and eve (read). */
export function aRepo(more: Partial<RepoFacts> = {}): RepoFacts {
  return {
    name: "acme/shop",
    base: "main",
    baseSha: commit(0),
    policy: absent,
    lastGoodPolicy: null,
    extended: {},
    codeowners: absent,
    teams: {},
    permissions: {
      ann: read("write" as const),
      ben: read("write" as const),
      cat: read("write" as const),
      max: read("maintain" as const),
      eve: read("read" as const),
    },
    requiredChecks: read([]),
    ...more,
  };
}

/** Ann's pull request 1: one file, one commit, nobody has looked at it. */
export function aPull(more: Partial<PullFacts> = {}): PullFacts {
  return {
    number: prNumber(1),
    state: "open",
    title: "Change something",
    body: "",
    draft: false,
    author: { login: "ann", kind: "human" },
    baseRef: "main",
    headRef: "topic",
    headSha: commit(1),
    headRepo: "acme/shop",
    fork: false,
    labels: [],
    createdAt: 0,
    updatedAt: 0,
    files: read([aFile("src/a.ts")]),
    diffDigest: "d1",
    commits: read([
      { sha: commit(1), author: "ann", committer: "ann", coAuthors: [], verified: true, message: "Change something" },
    ]),
    heads: [{ sha: commit(1), at: 0, diffDigest: "d1" }],
    reviews: read([]),
    checks: read([]),
    commands: [],
    ...more,
  };
}

export function aReview(by: string, more: Partial<RecordedReview> = {}): RecordedReview {
  return { id: 1, by, state: "approved", headSha: commit(1), diffDigest: "d1", at: 10, ...more };
}
