import { describe, expect, test } from "@jest/globals";
import type { FileKind } from "./paths.js";
import { pathFacts } from "./paths.js";

describe("the kind of a file", () => {
  const cases: ReadonlyArray<readonly [string, FileKind]> = [
    ["src/engine/run.ts", "source"],
    ["src/engine/run.test.ts", "test"],
    ["tests/data/README.md", "test"],
    ["pkg/tide/tide_test.go", "test"],
    ["docs/guide.md", "docs"],
    ["README.md", "docs"],
    [".github/workflows/ci.yml", "ci"],
    ["config/jobs/periodics.yaml", "config"],
    ["package.json", "build"],
    ["requirements/main.txt", "build"],
    ["CMakeLists.txt", "build"],
    ["Dockerfile", "build"],
    ["pnpm-lock.yaml", "generated"],
    ["test/__snapshots__/a.snap", "generated"],
    ["docs/logo.svg", "docs"],
    ["web/logo.svg", "asset"],
    ["Makefile", "build"],
    ["", "source"],
  ];
  test.each(cases)("%s is %s", (path, kind) => {
    expect(pathFacts(path).kind).toBe(kind);
  });
});

test("folders are counted whole and by their first two levels", () => {
  expect(pathFacts("Src/Core/Risk/paths.ts")).toMatchObject({
    folder: "src/core/risk",
    area: "src/core",
    extension: "ts",
  });
  expect(pathFacts("LICENSE")).toMatchObject({ folder: "", area: "", extension: "license" });
});
