import { wholeProblems } from "./whole.js";
import { many } from "./conditions.js";
import { placeIn, readExtended, readLayer, type ExtendedTexts, type Layer, type ReadLayer } from "./layers.js";
import { policyLimits } from "./limits.js";
import { withAutomatic } from "./normalise.js";
import { bottom, overlay, type Stack } from "./overlay.js";
import type { Policy } from "./policy.js";
import type { Problem } from "./problem.js";
import type { RawTest } from "./schema-tests.js";
import { readYaml } from "./yaml.js";

export interface ParsedPolicy {
  /** Null as soon as one problem is an error. */
  readonly policy: Policy | null;
  readonly problems: readonly Problem[];
  /** The `tests:` of the text itself, not of what it extends. */
  readonly tests: readonly PlacedTest[];
}

export interface PlacedTest {
  readonly test: RawTest;
  readonly place: { readonly path: string; readonly line: number; readonly col: number };
}

/**
 * A policy text as a policy, or everything that is wrong with it at once. `path` is only for messages. Never throws.
 */
export function parsePolicy(text: string, { path, extended }: { path: string; extended: ExtendedTexts }): ParsedPolicy {
  const own = readLayer(text, path);
  const problems = [...own.problems];
  const under = own.raw ? readExtended(own, { extended, problems }) : [];
  if (!own.raw) return { policy: null, problems: inOrder(problems, path), tests: [] };
  const stack = [...under, own].filter(isRead).reduce((below, layer) => overlay(below, layer, problems), bottom);
  const policy = finished(stack, { path, extends: under.map((l) => l.name).reverse() });
  problems.push(...wholeProblems(policy));
  return {
    policy: problems.some((p) => p.severity === "error") ? null : policy,
    problems: inOrder(problems, path),
    tests: (own.raw.tests ?? []).map((test, i) => ({ test, place: { path, ...placeIn(own, ["tests", i]) } })),
  };
}

function isRead(layer: Layer): layer is ReadLayer {
  return layer.raw !== null;
}

function finished({ policy, automatic }: Stack, named: { path: string; extends: readonly string[] }): Policy {
  return {
    ...policy,
    ...named,
    rules: policy.rules.map((rule) => withAutomatic(rule, automatic)),
    precedents: policy.precedents.map((p) => ({ ...p, rule: withAutomatic(p.rule, automatic) })),
  };
}

/** The names that a text extends, so that a caller knows what to read; empty when it isn't readable. */
export function extendsNamed(text: string): readonly string[] {
  const { yaml } = readYaml(text, "");
  const value = yaml?.value;
  if (typeof value !== "object" || value === null || !("extends" in value)) return [];
  return many(value.extends as string | string[]).filter((n) => typeof n === "string");
}

/** By place, those of the text itself first, and no more than anybody reads. */
function inOrder(problems: readonly Problem[], path: string): readonly Problem[] {
  const rank = (p: Problem) => (p.path === path ? 0 : 1);
  const sorted = [...problems].sort((a, b) => rank(a) - rank(b) || a.line - b.line || a.col - b.col);
  return sorted.slice(0, policyLimits.problems);
}
