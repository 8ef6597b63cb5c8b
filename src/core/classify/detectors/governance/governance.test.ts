import { describe, expect, test } from "@jest/globals";
import { doorOf, findingsOf } from "../../../../../test/build/edits.js";
import type { Edit } from "../../../../../test/build/edits.js";
import type { Detector } from "../../detector.js";
import { agentInstructions } from "./agent-instructions.js";
import { protectionAsCode } from "./protection-as-code.js";
import { trustedFiles } from "./trusted-files.js";
import { workflowInjection } from "./workflow-injection.js";
import { workflowPermissions } from "./workflow-permissions.js";
import { workflowRunner } from "./workflow-runner.js";
import { workflowSecrets } from "./workflow-secrets.js";
import { workflowTrigger } from "./workflow-trigger.js";
import { workflowUses } from "./workflow-uses.js";

const sha = "692973e3d937129bcbf40652eb9f2f61becf3332";
const workflow = (before: string | undefined, after: string): Edit => ({
  path: ".github/workflows/ci.yml",
  ...(before !== undefined && { before }),
  after,
});

interface Case {
  readonly name: string;
  readonly detector: Detector;
  readonly edit: Edit;
  readonly door: string;
}

const rows = (detector: Detector, cases: readonly (readonly [string, Edit, string])[]): Case[] =>
  cases.map(([name, edit, door]) => ({ name, detector, edit, door }));

const cases: Case[] = [
  ...rows(workflowTrigger, [
    [
      "pull_request_target as a key",
      workflow("on:\n  push:\njobs: {}\n", "on:\n  push:\n  pull_request_target:\njobs: {}\n"),
      "irreversible",
    ],
    ["pull_request_target in a list", workflow("on: [push]\n", "on: [push, pull_request_target]\n"), "irreversible"],
    ["pull_request_target alone", workflow("on: push\n", "on: pull_request_target\n"), "irreversible"],
    ["quoted on", workflow('"on":\n  push:\n', '"on":\n  workflow_run:\n    workflows: [a]\n'), "irreversible"],
    ["pull_request", workflow("on: push\n", "on: [push, pull_request]\n"), "silent"],
    ["only a comment names it", workflow("on: push\n", "# not pull_request_target\non: push\n"), "silent"],
    [
      "it was there already",
      workflow("on: pull_request_target\nname: a\n", "on: pull_request_target\nname: b\n"),
      "silent",
    ],
    [
      "types of an event that was there",
      workflow("on:\n  pull_request_target:\n", "on:\n  pull_request_target:\n    types: [opened]\n"),
      "silent",
    ],
  ]),
  ...rows(workflowPermissions, [
    [
      "id-token: write",
      workflow("permissions:\n  contents: read\n", "permissions:\n  contents: read\n  id-token: write\n"),
      "recoverable",
    ],
    ["write-all", workflow("on: push\n", "on: push\npermissions: write-all\n"), "recoverable"],
    ["flow mapping", workflow("on: push\n", "on: push\npermissions: { contents: write }\n"), "recoverable"],
    ["block removed", workflow("on: push\npermissions:\n  contents: read\n", "on: push\n"), "recoverable"],
    ["narrowed", workflow("permissions:\n  contents: write\n", "permissions:\n  contents: read\n"), "silent"],
    ["an input named like a scope", workflow("a: 1\n", "a: 1\nwith:\n  mode: write\n"), "silent"],
    [
      "moved into the job",
      workflow(
        "permissions:\n  packages: write\njobs:\n  a:\n    steps: []\n",
        "jobs:\n  a:\n    permissions:\n      packages: write\n    steps: []\n",
      ),
      "silent",
    ],
  ]),
  ...rows(workflowUses, [
    ["a tag", workflow("steps:\n", "steps:\n  - uses: tj-actions/changed-files@v45\n"), "recoverable"],
    ["a branch", workflow("steps:\n", "steps:\n  - uses: foo/bar@main\n"), "recoverable"],
    ["an image by tag", workflow("steps:\n", "steps:\n  - uses: docker://alpine:3.20\n"), "recoverable"],
    ["nothing behind the name", workflow("steps:\n", "steps:\n  - uses: foo/bar\n"), "recoverable"],
    ["a short sha is no pin", workflow("steps:\n", "steps:\n  - uses: foo/bar@692973e\n"), "recoverable"],
    [
      "a reusable workflow",
      workflow("jobs:\n", "jobs:\n  a:\n    uses: org/repo/.github/workflows/x.yml@v1\n"),
      "recoverable",
    ],
    ["a full sha", workflow("steps:\n", `steps:\n  - uses: actions/checkout@${sha} # v4\n`), "silent"],
    ["an image by digest", workflow("steps:\n", "steps:\n  - uses: docker://alpine@sha256:aaaa\n"), "silent"],
    ["a local action", workflow("steps:\n", "steps:\n  - uses: ./.github/actions/build\n"), "silent"],
    [
      "reordered steps",
      workflow("steps:\n  - uses: a/b@v1\n  - run: x\n", "steps:\n  - run: x\n  - uses: a/b@v1\n"),
      "silent",
    ],
    ["inside a script", workflow("a: 1\n", "a: 1\nrun: |\n  echo uses: a/b@v1\n"), "silent"],
    [
      "a composite action",
      { path: "tools/setup/action.yml", before: "runs:\n", after: "runs:\n  steps:\n    - uses: a/b@v1\n" },
      "recoverable",
    ],
  ]),
  ...rows(workflowInjection, [
    ["a title in run", workflow("a: 1\n", 'a: 1\nrun: echo "${{ github.event.issue.title }}"\n'), "irreversible"],
    [
      "in a block",
      workflow(
        "steps:\n  - run: |\n      a\n",
        "steps:\n  - run: |\n      a\n      echo ${{ github.event.pull_request.body }}\n",
      ),
      "irreversible",
    ],
    ["head_ref", workflow("a: 1\n", "a: 1\nrun: git checkout ${{ github.head_ref }}\n"), "irreversible"],
    [
      "a commit's message",
      workflow("a: 1\n", "a: 1\nrun: echo ${{ github.event.head_commit.message }}\n"),
      "irreversible",
    ],
    ["a page's name", workflow("a: 1\n", "a: 1\nrun: echo ${{ github.event.pages[0].page_name }}\n"), "irreversible"],
    [
      "github-script",
      workflow("with:\n  a: 1\n", "with:\n  a: 1\n  script: console.log('${{ github.event.comment.body }}')\n"),
      "irreversible",
    ],
    ["a dispatch input", workflow("a: 1\n", "a: 1\nrun: echo ${{ inputs.version }}\n"), "recoverable"],
    [
      "through the environment",
      workflow("env:\n  A: 1\n", "env:\n  A: 1\n  TITLE: ${{ github.event.issue.title }}\n"),
      "silent",
    ],
    ["a number", workflow("a: 1\n", "a: 1\nrun: echo ${{ github.event.number }}\n"), "silent"],
    [
      "the sha",
      workflow("a: 1\n", "a: 1\nrun: echo ${{ github.sha }} ${{ github.event.pull_request.head.sha }}\n"),
      "silent",
    ],
    ["a condition", workflow("a: 1\n", "a: 1\nif: contains(github.event.issue.title, 'x')\n"), "silent"],
  ]),
  ...rows(workflowRunner, [
    ["self-hosted", workflow("runs-on: ubuntu-latest\n", "runs-on: self-hosted\n"), "recoverable"],
    ["in a list", workflow("runs-on: ubuntu-latest\n", "runs-on: [self-hosted, linux]\n"), "recoverable"],
    ["hosted", workflow("runs-on: ubuntu-22.04\n", "runs-on: ubuntu-24.04\n"), "silent"],
  ]),
  ...rows(workflowSecrets, [
    ["inherit", workflow("uses: ./x.yml\n", "uses: ./x.yml\nsecrets: inherit\n"), "recoverable"],
    ["all of them", workflow("env:\n  A: 1\n", "env:\n  A: 1\n  ALL: ${{ toJSON(secrets) }}\n"), "recoverable"],
    ["computed name", workflow("env:\n  A: 1\n", "env:\n  A: 1\n  B: ${{ secrets[matrix.name] }}\n"), "recoverable"],
    [
      "a stranger's code with secrets",
      workflow(
        undefined,
        "on: pull_request_target\njobs:\n  a:\n    steps:\n      - uses: actions/checkout@v4\n        with:\n          ref: ${{ github.event.pull_request.head.sha }}\n",
      ),
      "irreversible",
    ],
    [
      "the same without secrets",
      workflow(
        undefined,
        "on: pull_request\njobs:\n  a:\n    steps:\n      - with:\n          ref: ${{ github.event.pull_request.head.sha }}\n",
      ),
      "silent",
    ],
    ["one secret by name", workflow("env:\n  A: 1\n", "env:\n  A: 1\n  T: ${{ secrets.TOKEN }}\n"), "silent"],
  ]),
  ...rows(trustedFiles, [
    ["the policy", { path: ".github/drumline.yml", before: "a\n", after: "b\n" }, "recoverable"],
    ["a new CODEOWNERS", { path: "CODEOWNERS", after: "* @me\n" }, "recoverable"],
    ["docs/CODEOWNERS removed", { path: "docs/CODEOWNERS", before: "* @me\n" }, "recoverable"],
    ["mergify", { path: ".mergify.yml", before: "a\n", after: "b\n" }, "recoverable"],
    ["gitStream", { path: ".cm/gitstream.cm", before: "a\n", after: "b\n" }, "recoverable"],
    ["policy-bot", { path: ".policy.yml", before: "a\n", after: "b\n" }, "recoverable"],
    ["Prow OWNERS", { path: "pkg/a/OWNERS", before: "a\n", after: "b\n" }, "recoverable"],
    ["renovate", { path: "renovate.json", before: "{}\n", after: "{ }\n" }, "recoverable"],
    ["moved away", { path: "old/x", oldPath: ".github/CODEOWNERS", before: "a\n", after: "b\n" }, "recoverable"],
    ["a page about CODEOWNERS", { path: "docs/codeowners.md", before: "a\n", after: "b\n" }, "silent"],
    ["code of that name", { path: "src/owners.ts", before: "a\n", after: "b\n" }, "silent"],
  ]),
  ...rows(agentInstructions, [
    ["AGENTS.md", { path: "AGENTS.md", before: "a\n", after: "b\n" }, "recoverable"],
    ["nested CLAUDE.md", { path: "pkg/a/CLAUDE.md", after: "b\n" }, "recoverable"],
    ["cursor rules", { path: ".cursor/rules/x.mdc", before: "a\n", after: "b\n" }, "recoverable"],
    ["copilot instructions", { path: ".github/copilot-instructions.md", before: "a\n", after: "b\n" }, "recoverable"],
    ["README", { path: "README.md", before: "a\n", after: "b\n" }, "silent"],
    ["a page on agents", { path: "docs/agents-overview.md", before: "a\n", after: "b\n" }, "silent"],
  ]),
  ...rows(protectionAsCode, [
    [
      "a check among those required",
      {
        path: "config/prow/config.yaml",
        before:
          "branch-protection:\n  orgs:\n    a:\n      required_status_checks:\n        contexts:\n        - one\n        - two\n",
        after:
          "branch-protection:\n  orgs:\n    a:\n      required_status_checks:\n        contexts:\n        - one\n        - three\n",
      },
      "recoverable",
    ],
    [
      "a setting beside it",
      {
        path: "config/prow/config.yaml",
        before: "branch-protection:\n  protect: true\nlog_level: info\n",
        after: "branch-protection:\n  protect: true\nlog_level: debug\n",
      },
      "silent",
    ],
    [
      "Terraform",
      {
        path: "github.tf",
        before: 'resource "github_branch_protection" "main" {\n  enforce_admins = true\n}\n',
        after: 'resource "github_branch_protection" "main" {\n  enforce_admins = false\n}\n',
      },
      "recoverable",
    ],
    [
      "settings as YAML",
      {
        path: "org.yaml",
        before: "a:\n  required_approving_review_count: 2\n",
        after: "a:\n  required_approving_review_count: 1\n",
      },
      "recoverable",
    ],
    ["a comment", { path: "a.tf", before: "# x\n", after: "# github_branch_protection\n" }, "silent"],
  ]),
];

describe("governance", () => {
  test.each(cases)("$detector.id: $name", ({ detector, edit, door }) => {
    expect(doorOf(detector, edit)).toBe(door);
  });

  test("a finding stands on its line", () => {
    const edit = workflow(
      "on: push\njobs:\n  a:\n    steps:\n",
      "on: push\njobs:\n  a:\n    steps:\n      - uses: a/b@v1\n",
    );
    expect(findingsOf(workflowUses, [edit])).toMatchObject([
      { path: ".github/workflows/ci.yml", line: 5, hazard: "high" },
    ]);
  });
});
