import { describe, expect, test } from "@jest/globals";
import { aPull, commit } from "../../../test/build/facts.js";
import type { CommitFacts, PullFacts } from "../facts/facts.js";
import { read } from "../model/read.js";
import { contributors } from "./contributors.js";

const written = (n: number, author: string, more: Partial<CommitFacts> = {}): CommitFacts => ({
  sha: commit(n),
  ...{ author, committer: "web-flow", coAuthors: [], verified: true, message: "", parents: 1 },
  ...more,
});

function known(of: Partial<PullFacts>): readonly string[] {
  const found = contributors(aPull(of));
  return found.state === "read" ? found.value.known : [];
}

describe("whoever pressed “Update branch”", () => {
  const commits = read([written(1, "ann"), written(2, "ben", { parents: 2 })]);
  const seen = (before: string | null, after: string | null) => [
    { sha: commit(1), at: 1, diffDigest: before },
    { sha: commit(2), at: 2, diffDigest: after },
  ];

  test.each([
    ["wrote nothing of a change whose diff stayed as it was", seen("d", "d"), ["ann"]],
    ["counts when the diff is another one", seen("d", "e"), ["ann", "ben"]],
    ["counts when nobody saw the diff before", seen(null, "e"), ["ann", "ben"]],
    ["counts when nobody can read it", seen(null, null), ["ann", "ben"]],
    ["counts when the head before was never seen", seen("d", "d").slice(1), ["ann", "ben"]],
  ])("%s", (_, heads, expected) => {
    expect(known({ commits, heads })).toEqual(expected);
  });

  test("a commit that is no merge counts, though it changes nothing", () => {
    const plain = read([written(1, "ann"), written(2, "ben")]);
    expect(known({ commits: plain, heads: seen("d", "d") })).toEqual(["ann", "ben"]);
  });
});
