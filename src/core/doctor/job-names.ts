import { record, scalar, type Job, type Workflow } from "./workflow.js";

/** The name of a check with what can't be known before the run left open: literal parts around gaps. */
export type NamePattern = readonly string[];

/** Calls deeper than GitHub allows, and matrices larger than it runs, are not followed. */
const limits = { calls: 4, combinations: 256 };

/** The names of the checks that a job reports: its name, its matrix's values, the names of the jobs it calls. */
export function checkNames(job: Job, workflows: readonly Workflow[], depth = 0): readonly NamePattern[] {
  const own = ownNames(job);
  if (job.uses === null) return own;
  const called = workflows.find((w) => `./${w.path}` === job.uses);
  const inner: readonly NamePattern[] =
    called && depth < limits.calls ? called.jobs.flatMap((j) => checkNames(j, workflows, depth + 1)) : [["", ""]];
  return own.flatMap((outer) => inner.map((name) => joined(joined(outer, [" / "]), name)));
}

export function nameMatches(pattern: NamePattern, name: string): boolean {
  const [first = "", ...rest] = pattern;
  const last = rest.pop();
  if (last === undefined) return name === first;
  if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length) return false;
  let at = first.length;
  for (const part of rest) {
    const found = name.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= name.length - last.length;
}

/** For people: a gap is a star. */
export function nameText(pattern: NamePattern): string {
  return pattern.join("*");
}

type Values = Readonly<Record<string, unknown>>;

function ownNames(job: Job): NamePattern[] {
  const written = job.name ?? job.id;
  const combinations = matrixOf(job.matrix);
  if (combinations === null) return [filled(written, {})];
  const names = combinations === "open" ? [{}] : combinations;
  if (/\$\{\{[^}]*\bmatrix\b/.test(written)) return names.map((values) => filled(written, values));
  if (combinations === "open") return [joined(filled(written, {}), [" (", ")"])];
  return names.map((values) => joined(filled(written, values), suffix(Object.values(values))));
}

/** GitHub adds a job's matrix values, in their order, to a name that doesn't use them. */
function suffix(values: readonly unknown[]): NamePattern {
  const parts = values.map((v): NamePattern => (record(v) || Array.isArray(v) ? ["", ""] : [scalar(v)]));
  const list = parts.reduce<NamePattern>((out, part, i) => joined(i === 0 ? out : joined(out, [", "]), part), [" ("]);
  return joined(list, [")"]);
}

/** A name with its matrix values put in; every other expression is a gap. */
function filled(written: string, values: Values): NamePattern {
  const out: string[] = [""];
  let rest = written;
  for (;;) {
    const open = rest.indexOf("${{");
    const close = open < 0 ? -1 : rest.indexOf("}}", open);
    if (close < 0) break;
    out[out.length - 1] += rest.slice(0, open);
    const key = /^matrix\.([\w-]+)$/.exec(rest.slice(open + 3, close).trim())?.[1];
    const value = key === undefined ? undefined : values[key];
    if (value === undefined || typeof value === "object") out.push("");
    else out[out.length - 1] += scalar(value);
    rest = rest.slice(close + 2);
  }
  out[out.length - 1] += rest;
  return out;
}

/** All combinations; `open` when they are known at run time only; null without a matrix. */
function matrixOf(matrix: unknown): readonly Values[] | "open" | null {
  if (matrix === null || matrix === undefined) return null;
  const written = record(matrix);
  // What `include` adds to which combination has rules of its own; a gap is on the safe side.
  if (!written || "include" in written) return "open";
  let out: Values[] = [{}];
  for (const [key, values] of Object.entries(written)) {
    if (key === "exclude") continue;
    if (!Array.isArray(values) || out.length * values.length > limits.combinations) return "open";
    out = out.flatMap((before) => (values as unknown[]).map((value) => ({ ...before, [key]: value })));
  }
  const excluded = Array.isArray(written["exclude"]) ? (written["exclude"] as unknown[]).map(record) : [];
  return out.filter((values) => !excluded.some((e) => e && Object.entries(e).every(([k, v]) => values[k] === v)));
}

function joined(a: NamePattern, b: NamePattern): NamePattern {
  return [...a.slice(0, -1), (a.at(-1) ?? "") + (b[0] ?? ""), ...b.slice(1)];
}
