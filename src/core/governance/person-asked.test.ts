import { describe, expect, test } from "@jest/globals";
import { aPull, aRepo, aReview } from "../../../test/build/facts.js";
import type { PullFacts, RepoFacts } from "../facts/facts.js";
import { read } from "../model/read.js";
import { safeDefault } from "../policy/defaults.js";
import { govern } from "./govern.js";

/** Ann, who opened it, asked for a person. */
function asked({ pull, repo }: { pull?: Partial<PullFacts>; repo?: Partial<RepoFacts> } = {}) {
  const verdict = govern(
    {
      repo: aRepo(repo),
      pull: aPull(pull),
      classification: { reversibility: "reversible", findings: [] },
      risk: { score: 0.01, level: "low", why: [] },
      policy: safeDefault,
      standing: { personAskedFor: { by: { login: "ann", kind: "human" }, at: 5 } },
    },
    1000,
  );
  return verdict.reasons.find((r) => r.code === "person-asked-for");
}

describe("whoever asks for a person gets one named", () => {
  test("the owner of what is touched first", () => {
    const codeowners = read({ path: "CODEOWNERS", text: "* @max\n" });
    expect(asked({ repo: { codeowners } })).toEqual({ code: "person-asked-for", by: "ann", named: ["max"] });
  });

  test("without owners, somebody with write, and never the author", () => {
    expect(asked()).toEqual({ code: "person-asked-for", by: "ann", named: ["ben"] });
  });

  test("nobody is made up where nobody is known", () => {
    const permissions = { ann: read("write" as const) };
    expect(asked({ repo: { permissions } })).toEqual({ code: "person-asked-for", by: "ann", named: [] });
  });

  test("nothing is left to say once somebody has judged it", () => {
    expect(asked({ pull: { reviews: read([aReview("ben")]) } })).toBeUndefined();
  });
});
