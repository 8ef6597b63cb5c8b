import { expect, test } from "@jest/globals";
import { aRepo } from "../../../test/build/facts.js";
import { absent, read, unreadable } from "../model/read.js";
import { policyDigest, policyInForce } from "./in-force.js";

function digest(text: string, extended: Readonly<Record<string, string>> = {}): string {
  const texts = Object.fromEntries(Object.entries(extended).map(([name, its]) => [name, read(its)]));
  const repo = aRepo({ policy: read({ path: "p.yml", text, digest: "d" }), extended: texts });
  return policyDigest(policyInForce(repo));
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
  expect(policyDigest(policyInForce(none))).toBe("safe-default");
});

const text = { path: "p.yml", text: "extends: acme/.github\n", digest: "own" };
const own = read(text);
const good = read("always: { approvals: 2 }\n");

test.each([
  ["is not valid any more", read("rules: 7\n")],
  ["cannot be read", unreadable("503")],
  ["is gone", absent],
])("a text of the organisation that %s leaves the last good policy in force, as it was", (_, broken) => {
  const lastGoodPolicy = { ...text, extended: { "acme/.github": good } };
  const law = policyInForce(aRepo({ policy: own, lastGoodPolicy, extended: { "acme/.github": broken } }));
  expect(law.policy.always.approvals[0]?.count).toBe(2);
  expect(law.reasons).toMatchObject([{ code: "policy-invalid", held: "last-good" }]);
  const before = policyInForce(aRepo({ policy: own, extended: { "acme/.github": good } }));
  expect(policyDigest(law)).toBe(policyDigest(before));
});
