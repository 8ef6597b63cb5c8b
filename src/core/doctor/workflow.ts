import { readYaml, type YamlText } from "../policy/yaml.js";
import type { DoctorProblem, FilePlace } from "./problem.js";

/** A workflow file as far as the queue depends on it. */
export interface Workflow {
  readonly path: string;
  /** Names of all events that start it. */
  readonly triggers: readonly string[];
  /** Null: pushes don't start it. */
  readonly push: PushTrigger | null;
  readonly concurrency: Concurrency | null;
  readonly jobs: readonly Job[];
  /** Of its `on`. */
  readonly place: FilePlace;
}

export interface PushTrigger {
  /** Null where the filter isn't written. */
  readonly branches: readonly string[] | null;
  readonly branchesIgnore: readonly string[] | null;
  readonly paths: readonly string[] | null;
  readonly pathsIgnore: readonly string[] | null;
  /** Only tags are named: no branch starts it. */
  readonly refs: "branches" | "tags-only";
  readonly place: FilePlace;
  readonly pathsPlace: FilePlace;
}

export interface Concurrency {
  /** As written, expressions and all. */
  readonly group: string;
  /** As written: `true`, `false` or an expression. */
  readonly cancels: string;
  readonly place: FilePlace;
}

export interface Job {
  readonly id: string;
  readonly name: string | null;
  /** `strategy.matrix` as written. */
  readonly matrix: unknown;
  readonly condition: string | null;
  /** A called workflow. */
  readonly uses: string | null;
  readonly needs: readonly string[];
  readonly concurrency: Concurrency | null;
  readonly place: FilePlace;
}

/** One workflow, or why GitHub would not run it. Never throws. */
export function readWorkflow(text: string, path: string): Workflow | DoctorProblem {
  const { yaml, problems } = readYaml(text, path);
  const content = record(yaml?.value);
  if (!yaml || !content) {
    const [first] = problems;
    return {
      severity: "warning",
      where: { path, line: first?.line ?? 1, col: first?.col ?? 1 },
      what: `the workflow can't be read: ${first?.message ?? "it is no mapping"}`,
      why: "GitHub does not run it, so whatever check it should report never comes",
      remedy: "mend the YAML",
    };
  }
  const at = placer(yaml, path);
  const triggers = triggersOf(content["on"]);
  return {
    path,
    triggers: Object.keys(triggers),
    push: "push" in triggers ? pushTrigger(record(triggers["push"]) ?? {}, at) : null,
    concurrency: concurrencyOf(content["concurrency"], at(["concurrency"])),
    jobs: Object.entries(record(content["jobs"]) ?? {}).map(([id, job]) => jobOf(id, record(job) ?? {}, at)),
    place: at(["on"], "key"),
  };
}

type Placer = (keys: readonly PropertyKey[], at?: "key" | "value") => FilePlace;

function placer(yaml: YamlText, path: string): Placer {
  return (keys, at) => ({ path, ...yaml.placeOf(keys, at) });
}

/** `on: push`, `on: [push, pull_request]` and the mapping are one thing. */
function triggersOf(on: unknown): Readonly<Record<string, unknown>> {
  if (typeof on === "string") return { [on]: null };
  if (Array.isArray(on)) return Object.fromEntries(strings(on).map((event) => [event, null]));
  return record(on) ?? {};
}

function pushTrigger(of: Readonly<Record<string, unknown>>, at: Placer): PushTrigger {
  const list = (key: string) => (key in of ? strings(of[key]) : null);
  const names = (key: string) => key in of;
  const byBranch = names("branches") || names("branches-ignore");
  const byTag = names("tags") || names("tags-ignore");
  const filter = names("branches") ? ["branches"] : names("branches-ignore") ? ["branches-ignore"] : [];
  return {
    branches: list("branches"),
    branchesIgnore: list("branches-ignore"),
    paths: list("paths"),
    pathsIgnore: list("paths-ignore"),
    refs: byTag && !byBranch ? "tags-only" : "branches",
    place: at(["on", "push", ...filter], "key"),
    pathsPlace: at(["on", "push", names("paths") ? "paths" : "paths-ignore"], "key"),
  };
}

function concurrencyOf(value: unknown, place: FilePlace): Concurrency | null {
  if (typeof value === "string") return { group: value, cancels: "false", place };
  const of = record(value);
  if (!of || of["group"] === undefined) return null;
  return { group: scalar(of["group"]), cancels: scalar(of["cancel-in-progress"] ?? false), place };
}

function jobOf(id: string, of: Readonly<Record<string, unknown>>, at: Placer): Job {
  return {
    id,
    name: of["name"] === undefined ? null : scalar(of["name"]),
    matrix: record(of["strategy"])?.["matrix"] ?? null,
    condition: of["if"] === undefined ? null : scalar(of["if"]),
    uses: typeof of["uses"] === "string" ? of["uses"] : null,
    needs: strings(of["needs"]),
    concurrency: concurrencyOf(of["concurrency"], at(["jobs", id, "concurrency"])),
    place: at(of["if"] === undefined ? ["jobs", id] : ["jobs", id, "if"], "key"),
  };
}

export function record(value: unknown): Readonly<Record<string, unknown>> | null {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : null;
}

/** A scalar in words; anything else is nothing that can be compared. */
export function scalar(value: unknown): string {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? String(value) : "";
}

/** One string or several. */
function strings(value: unknown): string[] {
  return (Array.isArray(value) ? (value as unknown[]) : value === undefined || value === null ? [] : [value]).map(
    scalar,
  );
}
