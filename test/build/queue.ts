import type { CheckFacts, Facts, PullFacts } from "../../src/core/facts/facts.js";
import { prNumber } from "../../src/core/model/ids.js";
import { read } from "../../src/core/model/read.js";
import { aFile, aPull, aRepo, commit } from "./facts.js";
import { docsPolicy } from "./policies.js";

export const minute = 60_000;

/** Ann's pull request that adds a page of documentation; its head is `commit(100 + number)`. */
export function aPullRequest(of: Partial<Omit<PullFacts, "number">> & { readonly number: number }): PullFacts {
  const headSha = of.headSha ?? commit(100 + of.number);
  const diffDigest = of.diffDigest === undefined ? `diff-${of.number}` : of.diffDigest;
  const page = aFile(`docs/${of.number}.md`, {
    status: "added",
    added: 1,
    deleted: 0,
    patch: { state: "text", text: "@@ -0,0 +1 @@\n+hello\n" },
  });
  return aPull({
    headRef: `branch-${of.number}`,
    files: read([page]),
    commits: read([
      { sha: headSha, author: "ann", committer: "ann", coAuthors: [], verified: false, message: "Change" },
    ]),
    heads: [{ sha: headSha, at: 0, diffDigest }],
    ...of,
    number: prNumber(of.number),
    headSha,
    diffDigest,
  });
}

/** A queue's facts under `docsPolicy`, with the base at `commit(1)`. */
export function facts(of: Partial<Omit<Facts, "repo">> & { readonly repo?: Partial<Facts["repo"]> }): Facts {
  const { repo, ...rest } = of;
  return {
    queue: "acme/shop@main",
    pulls: [],
    builds: {},
    outcomes: [],
    lessons: { risk: {}, flakeProbability: 0.02, buildMinutes: null },
    ...rest,
    repo: aRepo({
      baseSha: commit(1),
      policy: read({ path: ".github/drumline.yml", text: docsPolicy, digest: "docs" }),
      ...repo,
    }),
  };
}

export function aCheck(conclusion: CheckFacts["conclusion"], of: Partial<CheckFacts> = {}): CheckFacts {
  return {
    name: "ci/test",
    app: "ci",
    kind: "check",
    conclusion,
    url: "https://ci.example/1",
    startedAt: 0,
    completedAt: 0,
    ...of,
  };
}
