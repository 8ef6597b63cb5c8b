import { readFileSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { Ajv2020 } from "ajv/dist/2020.js";
import { parse } from "yaml";
import { runPolicyTests } from "../src/core/governance/policy-tests.js";
import { policyJsonSchema } from "../src/core/policy/json-schema.js";
import { lintPolicy } from "../src/core/policy/lint.js";
import { parsePolicy } from "../src/core/policy/parse.js";
import { formatProblem } from "../src/core/policy/problem.js";
import { shippedPacks } from "../src/engine/packs.js";

/** The shipped packs do what they say, and editors are told the truth about them. */

const folder = resolve(import.meta.dirname, "../../policies");
const packs = readdirSync(folder).filter((file) => file.endsWith(".yml"));
const validate = new Ajv2020({ strict: false }).compile(policyJsonSchema());
const now = Date.UTC(2026, 10, 20);
const textOf = (pack: string) => readFileSync(join(folder, pack), "utf8");

test("all seven are there", () => {
  const names = ["agents", "default", "monorepo", "open-source", "regulated", "solo", "team"];
  expect(packs.map((p) => p.replace(".yml", ""))).toEqual(names);
  expect(Object.keys(shippedPacks()).sort()).toEqual(names);
});

describe.each(packs)("%s", (pack) => {
  const parsed = parsePolicy(textOf(pack), { path: pack, extended: shippedPacks() });

  test("is valid, and says nothing that its author can't mean", () => {
    const lint = parsed.policy ? lintPolicy(parsed.policy, now) : [];
    expect([...parsed.problems, ...lint].map(formatProblem)).toEqual([]);
  });

  test("passes its own tests", () => {
    const results = parsed.policy ? runPolicyTests(parsed.policy, parsed.tests, { now }) : [];
    expect(results.length).toBeGreaterThanOrEqual(6);
    expect(results.filter((r) => r.differs.length > 0).map((r) => [r.name, ...r.differs])).toEqual([]);
  });

  test("names the schema in its first line and fits it", () => {
    expect(textOf(pack).split("\n")[0]).toBe("# yaml-language-server: $schema=./schema.json");
    expect(validate(parse(textOf(pack))) || validate.errors).toBe(true);
  });
});

test("policies/schema.json is current (drumline check --schema > policies/schema.json)", () => {
  const shipped: unknown = JSON.parse(readFileSync(join(folder, "schema.json"), "utf8"));
  expect(shipped).toEqual(JSON.parse(JSON.stringify(policyJsonSchema())));
});

describe("docs/policy.md", () => {
  const page = readFileSync(resolve(folder, "../docs/policy.md"), "utf8");
  const examples = [...page.matchAll(/```yaml\n# \.github\/drumline\.yml\n([\s\S]*?)```/g)].map((m) => m[1] ?? "");

  test("its examples are valid, mean something and pass their tests", () => {
    const found = examples.map((text, i) => {
      const { policy, problems, tests } = parsePolicy(text, { path: `example ${i + 1}`, extended: shippedPacks() });
      const lint = policy ? lintPolicy(policy, now).filter((p) => p.severity === "error") : [];
      const failed = policy ? runPolicyTests(policy, tests, { now }).flatMap((r) => r.differs) : [];
      return [...[...problems, ...lint].map(formatProblem), ...failed];
    });
    expect(found.length).toBeGreaterThanOrEqual(7);
    expect(found.flat()).toEqual([]);
  });

  test("explains each pack", () => {
    const headings = [...page.matchAll(/^### ([a-z-]+)$/gm)].map((m) => m[1]);
    expect(packs.map((p) => p.replace(".yml", "")).filter((name) => !headings.includes(name))).toEqual([]);
  });

  test("counts its own lines rightly", () => {
    const stated = [...page.matchAll(/Drumline: (\d+)\s+lines[\s\S]*?```yaml\n# [^\n]*\n([\s\S]*?)```/g)];
    expect(stated.map((m) => Number(m[1]))).toEqual(stated.map((m) => (m[2] ?? "").trim().split("\n").length));
    expect(stated.length).toBe(3);
  });

  test("counts the lines of the others rightly", () => {
    const stated = [...page.matchAll(/<summary>[^<:]*: (\d+) lines[^<]*<\/summary>\n\n```yaml\n([\s\S]*?)```/g)];
    expect(stated.map((m) => Number(m[1]))).toEqual(stated.map((m) => (m[2] ?? "").trim().split("\n").length));
    expect(stated.length).toBe(4);
  });
});
