import { describe, expect, test } from "@jest/globals";
import { checkNames, nameMatches, nameText } from "./job-names.js";
import { readWorkflow, type Workflow } from "./workflow.js";

function workflow(jobs: string, path = ".github/workflows/ci.yml"): Workflow {
  const found = readWorkflow(`on: push\njobs:\n${jobs}`, path);
  if (!("jobs" in found)) throw new Error(found.what);
  return found;
}

function namesOf(jobs: string, others: readonly Workflow[] = []): string[] {
  const own = workflow(jobs);
  return own.jobs.flatMap((job) => checkNames(job, [own, ...others]).map(nameText));
}

describe("the names that jobs report", () => {
  test.each([
    ["its id", "  test: {}", ["test"]],
    ["its name", "  test: { name: Unit tests }", ["Unit tests"]],
    [
      "matrix values in their order",
      "  test: { strategy: { matrix: { os: [linux, mac], node: [20] } } }",
      ["test (linux, 20)", "test (mac, 20)"],
    ],
    [
      "a name that uses the matrix",
      '  test: { name: "node ${{ matrix.node }}", strategy: { matrix: { node: [18, 20] } } }',
      ["node 18", "node 20"],
    ],
    [
      "without what is excluded",
      "  test: { strategy: { matrix: { node: [18, 20], exclude: [{ node: 18 }] } } }",
      ["test (20)"],
    ],
    ["a matrix known at run time", '  test: { strategy: { matrix: "${{ fromJSON(x) }}" } }', ["test (*)"]],
    ["another expression", '  test: { name: "on ${{ inputs.os }} now" }', ["on * now"]],
    ["a workflow elsewhere", "  all: { uses: acme/ci/.github/workflows/x.yml@v1 }", ["all / *"]],
  ])("%s", (_, jobs, names) => {
    expect(namesOf(jobs)).toEqual(names);
  });

  test("a called workflow's jobs, under the caller's name", () => {
    const called = workflow("  unit: {}\n  lint: { name: Lint }", ".github/workflows/shared.yml");
    expect(namesOf("  all: { uses: ./.github/workflows/shared.yml }", [called])).toEqual(["all / unit", "all / Lint"]);
  });

  test.each([
    [["test (", ")"], "test (20)", true],
    [["test (", ")"], "test", false],
    [["a", "b", "c"], "a1b2c", true],
    [["a", "b", "c"], "abc", true],
    [["aba", "ba"], "aba", false],
    [["test"], "test", true],
  ])("%j and %s: %s", (pattern, name, matches) => {
    expect(nameMatches(pattern, name)).toBe(matches);
  });
});
