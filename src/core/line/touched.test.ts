import { describe, expect, test } from "@jest/globals";
import { aFile } from "../../../test/build/facts.js";
import { aPullRequest } from "../../../test/build/queue.js";
import { absent, read, unreadable, type Read } from "../model/read.js";
import { parsePattern } from "../policy/pattern.js";
import type { LaneSettings, Pattern } from "../policy/policy.js";
import { targetsMax } from "./affected.js";
import { touchedBy } from "./touched.js";

const globs = (...sources: string[]): Pattern[] => sources.map((s) => parsePattern(s) as Pattern);
const scopes = [
  { name: "web", paths: globs("web/", "ui/") },
  { name: "api", paths: globs("api/") },
  { name: "shared", paths: globs("ui/", "lib/") },
];
const byScopes: LaneSettings = { scopes, affected: null };
const byReport: LaneSettings = { scopes: [], affected: { name: "targets", app: null } };
const both: LaneSettings = { ...byReport, scopes };

function touches(paths: readonly string[], lanes: LaneSettings, affected?: Read<readonly string[]>) {
  const files = read(paths.map((path) => aFile(path)));
  const pull = aPullRequest({ number: 1, files, ...(affected && { affected }) });
  const touched = touchedBy({ pull, classification: { reversibility: "reversible" } }, lanes);
  return touched.kind === "these" ? touched.targets.join() : touched.why.because;
}

describe("what a change touches", () => {
  test.each<[string, string[], LaneSettings, Read<readonly string[]> | undefined, string]>([
    ["a path of one scope", ["web/a.ts"], byScopes, undefined, "web"],
    ["paths of two", ["web/a.ts", "api/b.ts"], byScopes, undefined, "api,web"],
    ["a path of two", ["ui/a.ts"], byScopes, undefined, "shared,web"],
    ["a path of none", ["web/a.ts", "README.md"], byScopes, undefined, "no-scope"],
    ["what CI reports", ["anything.ts"], byReport, read(["a", "b"]), "a,b"],
    ["what CI reports, and the scopes beside it", ["web/a.ts", "README.md"], both, read(["a"]), "a,web"],
    ["CI has not reported", ["web/a.ts"], both, absent, "unreported"],
    ["nobody has asked CI", ["web/a.ts"], both, undefined, "unreported"],
    ["CI's report can't be read", ["web/a.ts"], both, unreadable("503"), "report-unreadable"],
    ["more targets than are looked at", ["a"], byReport, read(Array.from({ length: targetsMax + 1 }, (_, i) => `t${i}`)), "report-unreadable"], // prettier-ignore
    ["the policy", ["web/a.ts", ".github/drumline.yml"], byScopes, undefined, "governs"],
    ["a workflow", [".github/workflows/ci.yml"], byReport, read(["web"]), "governs"],
    ["the owners", ["CODEOWNERS"], byReport, read(["web"]), "governs"],
    ...["web/package.json", "api/BUILD.bazel", "api/rules.bzl", "go.mod", "web/tsconfig.app.json", "pnpm-lock.yaml"].map((path): [string, string[], LaneSettings, Read<readonly string[]>, string] => [`who depends on whom, by ${path}`, [path], both, read(["web"]), "dependencies"]), // prettier-ignore
  ])("%s", (_, paths, lanes, affected, expected) => {
    expect(touches(paths, lanes, affected)).toBe(expected);
  });

  test("a renamed file touches where it was, too", () => {
    const files = read([aFile("api/a.ts", { status: "renamed", oldPath: "web/a.ts" })]);
    const pull = aPullRequest({ number: 1, files });
    const touched = touchedBy({ pull, classification: { reversibility: "recoverable" } }, byScopes);
    expect(touched).toEqual({ kind: "these", targets: ["api", "web"] });
  });

  test.each(["irreversible", "unknown"] as const)("%s: everything, whatever its paths say", (reversibility) => {
    const pull = aPullRequest({ number: 1, files: read([aFile("web/a.ts")]), affected: read(["web"]) });
    for (const lanes of [byScopes, byReport])
      expect(touchedBy({ pull, classification: { reversibility } }, lanes)).toMatchObject({ kind: "everything" });
  });

  test("files that can't be read: everything", () => {
    const pull = aPullRequest({ number: 1, files: unreadable("3,000 files") });
    const touched = touchedBy({ pull, classification: { reversibility: "reversible" } }, byScopes);
    expect(touched).toEqual({ kind: "everything", why: { because: "files-unreadable" } });
  });
});
