import { expect, test } from "@jest/globals";
import { aRepo } from "../../../test/build/facts.js";
import { absent, read } from "../model/read.js";
import { policyDigest, policyInForce } from "./in-force.js";

function digest(text: string, extended: Readonly<Record<string, string>> = {}): string {
  const texts = Object.fromEntries(Object.entries(extended).map(([name, its]) => [name, read(its)]));
  const repo = aRepo({ policy: read({ path: "p.yml", text, digest: "d" }), extended: texts });
  return policyDigest(policyInForce(repo), repo.extended);
}

test("the digest of the policy in force covers what it extends, and nothing else", () => {
  const base = "always: { approvals: 1 }\n";
  const extending = "extends: base\n";
  expect(digest(base)).toBe("d");
  expect(digest(base, { base: "always: { approvals: 2 }\n" })).toBe("d");
  expect(digest(extending, { base })).toMatch(/^d\+[0-9a-f]{14}$/);
  expect(digest(extending, { base })).toBe(digest(extending, { base }));
  expect(digest(extending, { base })).not.toBe(digest(extending, { base: "always: { approvals: 2 }\n" }));
  const none = aRepo({ policy: absent });
  expect(policyDigest(policyInForce(none), none.extended)).toBe("safe-default");
});
