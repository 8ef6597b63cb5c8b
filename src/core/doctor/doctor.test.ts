import { describe, expect, test } from "@jest/globals";
import { absent, read, unreadable } from "../model/read.js";
import { diagnose } from "./doctor.js";
import type { DoctorFacts, RuleFacts } from "./problem.js";

const manifest = "default_permissions: { contents: write, checks: write }\ndefault_events: [push]\n";
const now = Date.UTC(2026, 10, 20);
const healthy = 'on: { pull_request: , push: { branches: [main, "drumline/**"] } }\njobs: { test: {} }\n';

function facts(of: Partial<DoctorFacts> & { ci?: string } = {}): DoctorFacts {
  return {
    base: "main",
    files: { ".github/workflows/ci.yml": of.ci ?? healthy },
    extended: {},
    manifest,
    installation: absent,
    baseRules: read([rule("required_status_checks", { checks: [{ name: "test", appId: null }] })]),
    groupRules: absent,
    stagingRules: absent,
    seenChecks: [],
    ...of,
  };
}

function rule(type: string, more: Partial<RuleFacts> = {}): RuleFacts {
  return { type, source: "ruleset main", bypass: "no", checks: [], ...more };
}

const said = (of: DoctorFacts) => diagnose(of, now).map((p) => `${p.severity}: ${p.what}`);

describe("a workflow that reports a required check", () => {
  test.each([
    ["in a mapping", healthy],
    ["in a list", "on: [push, pull_request]\njobs: { test: {} }"],
    ["in a word", "on: push\njobs: { test: {} }"],
    ["ignoring others", "on: { push: { branches-ignore: ['drumline-staging/**'] } }\njobs: { test: {} }"],
  ])("is well %s", (_, ci) => {
    expect(diagnose(facts({ ci }), now).filter((p) => p.severity === "error")).toEqual([]);
  });

  test.each([
    ["only pull requests", "on: pull_request\njobs: { test: {} }", "runs on `pull_request` only", 1],
    ["GitHub's own queue", "on: [pull_request, merge_group]\njobs: { test: {} }", "(`merge_group` is for GitHub's", 1],
    ["other branches", "on:\n  push:\n    branches: [main]\njobs: { test: {} }", "leaves out `drumline/main/0`", 3],
    [
      "a star too few",
      "on:\n  push:\n    branches: [main, 'drumline/*']\njobs: { test: {} }",
      "leaves out `drumline/main/0`",
      3,
    ],
    ["ignored", "on:\n  push:\n    branches-ignore: ['drumline/**']\njobs: { test: {} }", "leaves out", 3],
    ["only tags", "on:\n  push:\n    tags: [v1]\njobs: { test: {} }", "leaves out", 2],
    ["paths", "on:\n  push:\n    paths: [src/**]\njobs: { test: {} }", "behind a path filter (`paths`)", 3],
    ["paths ignored", "on:\n  push:\n    paths-ignore: [docs/**]\njobs: { test: {} }", "(`paths-ignore`)", 3],
    [
      "skipped",
      "on: push\njobs:\n  test:\n    if: github.event_name == 'pull_request'\n",
      "is skipped on every group",
      4,
    ],
    [
      "named after its matrix",
      "on: push\njobs:\n  test: { strategy: { matrix: { node: [18, 20] } } }\n",
      "reports `test (18)`, `test (20)`",
      3,
    ],
    [
      "cancelled",
      "on: push\nconcurrency: { group: ci, cancel-in-progress: true }\njobs: { test: {} }",
      "cancels the one before",
      2,
    ],
  ])("stalls: %s", (_, ci, what, line) => {
    const [first] = diagnose(facts({ ci }), now);
    expect(first?.severity).toBe("error");
    expect(first?.what).toContain(what);
    expect(first?.where?.line).toBe(line);
  });

  test.each([
    ["may be skipped by its own condition", "on: push\njobs: { test: { if: vars.RUN } }", "may be skipped"],
    ["is skipped when what it needs fails", "on: push\njobs: { test: { needs: build } }", "`build` fails"],
    ["is built on staging branches too", "on: push\njobs: { test: {} }", "drumline-staging"],
  ])("is warned of: %s", (_, ci, what) => {
    const found = diagnose(facts({ ci }), now);
    expect(found.map((p) => p.severity)).not.toContain("error");
    expect(found.map((p) => p.what).join("\n")).toContain(what);
  });

  test.each([
    ["if: always()", "jobs: { test: { needs: build, if: always() } }"],
    ["an alternative", "jobs: { test: { if: \"github.event_name == 'pull_request' || true\" } }"],
    ["a group by ref", 'concurrency: { group: "${{ github.ref }}", cancel-in-progress: true }\njobs: { test: {} }'],
    ["all paths", "jobs: { test: {} }"],
  ])("has no error: %s", (_, rest) => {
    const ci = `on: { push: { branches: ['drumline/**'], paths: ['**'] } }\n${rest}`;
    expect(said(facts({ ci })).filter((s) => s.startsWith("error"))).toEqual([]);
  });

  test("one healthy workflow of two that report it is enough", () => {
    const files = {
      ".github/workflows/a.yml": "on: pull_request\njobs: { test: {} }",
      ".github/workflows/b.yml": healthy,
    };
    expect(said(facts({ files }))).toEqual([]);
  });
});

describe("required checks that nobody reports", () => {
  const asks = (name: string, appId: number | null = null) =>
    read([rule("required_status_checks", { checks: [{ name, appId }] })]);

  test("are an error, unless another service was seen to report them or must", () => {
    expect(said(facts({ baseRules: asks("lint") }))).toEqual([
      "error: `lint` is required by ruleset main, but no job of a workflow here reports it",
    ]);
    const seenChecks = [{ name: "lint", app: "circleci" }];
    expect(said(facts({ baseRules: asks("lint"), seenChecks }))).toEqual([]);
    expect(said(facts({ baseRules: asks("lint", 7) }))).toEqual([]);
  });

  test("our own check is never waited for", () => {
    expect(said(facts({ baseRules: asks("Drumline") }))).toEqual([]);
  });

  test("the policy's checks count as the rules' do", () => {
    const files = { ...facts().files, ".github/drumline.yml": "queue: { checks: [e2e] }\n" };
    expect(said(facts({ files, baseRules: absent })).join("\n")).toContain("`e2e` is required by the policy");
  });

  test("where nothing is required, something must run all the same", () => {
    const ci = "on: pull_request\njobs: { test: {} }";
    expect(said(facts({ ci, baseRules: absent }))).toEqual(["error: no workflow runs on a push to `drumline/**`"]);
    expect(said(facts({ baseRules: absent }))).toEqual([]);
  });
});

describe("files", () => {
  test.each([
    ["a broken workflow", ".github/workflows/x.yml", "on: [", "warning: the workflow can't be read"],
    ["a broken policy", ".github/drumline.yml", "rulez: []\n", "error: "],
    ["a policy beyond reach", ".github/drumline.yml", "extends: acme/.github\n", "warning: the policy extends"],
    ["a policy under another name", "drumline.yml", "", "warning: a policy under this name is not read"],
    ["a wrong line of CODEOWNERS", "CODEOWNERS", "* nobody\n", "warning: invalid owner"],
  ])("%s", (_, path, text, what) => {
    const files = { ...facts().files, [path]: text };
    expect(said(facts({ files })).some((s) => s.startsWith(what))).toBe(true);
  });
});

describe("rules of the repository", () => {
  test.each(["update", "required_linear_history", "pull_request", "merge_queue", "lock_branch"])(
    "%s on the base is an error, unless the app bypasses it",
    (type) => {
      const found = (bypass: RuleFacts["bypass"]) => said(facts({ baseRules: read([rule(type, { bypass })]) }));
      expect(found("no").map((s) => s.slice(0, 5))).toEqual(["error"]);
      expect(found("yes")).toEqual([]);
      expect(found("unknown").map((s) => s.slice(0, 7))).toEqual(["warning"]);
    },
  );

  test("a rule on the queue's own branches keeps groups from being built", () => {
    expect(said(facts({ groupRules: read([rule("non_fast_forward")]) }))).toEqual([
      "error: a rule on `drumline/**` forbids force pushes (ruleset main)",
    ]);
  });

  test("required checks refuse what lanes land composed, unless the app bypasses them", () => {
    const files = (policy: string) => ({ ".github/workflows/ci.yml": healthy, ".github/drumline.yml": policy });
    const inLanes = files("queue: { lanes: { scopes: { web: web/ } } }\n");
    const asked = (bypass: RuleFacts["bypass"], of = inLanes) =>
      said(facts({ files: of, baseRules: read([rule("required_status_checks", { bypass })]) })).join("\n");
    expect(asked("no")).toContain(
      "warning: a rule requires checks before an update of the base, and the policy has lanes",
    );
    expect(asked("yes")).not.toContain("lanes");
    expect(asked("no", files("queue: { slots: 2 }\n"))).not.toContain("lanes");
  });

  test("rules that can't be read are not taken for none", () => {
    expect(said(facts({ baseRules: unreadable("no") }))[0]).toContain("can't be read: no");
  });
});

describe("the app's installation", () => {
  const granted = {
    permissions: { contents: "write", checks: "write" },
    events: ["push"],
    suspended: "active" as const,
  };

  test.each([
    ["all is granted", granted, []],
    ["more is granted", { ...granted, permissions: { contents: "admin", checks: "write" } }, []],
    [
      "one permission is too low",
      { ...granted, permissions: { contents: "read", checks: "write" } },
      ["error: the app holds `contents: read` here and needs `contents: write`"],
    ],
    ["one event is not heard", { ...granted, events: [] }, ["warning: the app doesn't listen to `push`"]],
    [
      "it is suspended",
      { ...granted, suspended: "suspended" as const },
      ["error: the app's installation is suspended"],
    ],
  ])("%s", (_, installation, what) => {
    expect(said(facts({ installation: read(installation) }))).toEqual(what);
  });

  test("one that can't be read is an error", () => {
    expect(said(facts({ installation: unreadable("not found") }))[0]).toContain("not found");
  });
});
