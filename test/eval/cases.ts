import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { unifiedHunks } from "../build/edits.js";

/**
 * Labelled changes that did not build the detectors: kinds of cases in other linters' tests and documentation, written
 * anew and labelled before any detector ran over them. Half of them are held out: nothing is fixed by looking at them.
 */
export interface EvalCase {
  readonly id: string;
  readonly half: "dev" | "held-out";
  /** Statements on a database are measured apart from the rest. */
  readonly kind: "sql" | "other";
  /** Each group is asked of the answer: one of its detectors. A group with `none` may be silent. */
  readonly expect: ReadonlyArray<readonly string[]>;
  /** The right classes: several where the sources themselves differ. */
  readonly is: readonly string[];
  readonly diff: string;
}

export interface OwnersCase {
  readonly id: string;
  readonly text: string;
  /** Owners of a path, separated by blanks; "" for none. */
  readonly owners: Readonly<Record<string, string>>;
  /** Lines that GitHub passes over. */
  readonly errors: readonly number[];
}

const folder = new URL("../../../test/eval/cases", import.meta.url).pathname;

const replacement = z.tuple([z.string(), z.string()]);
const fileCase = z.union([
  z.strictObject({
    id: z.string(),
    base: z.string(),
    edits: z.array(replacement),
    expect: z.string(),
    is: z.string(),
  }),
  z.strictObject({
    id: z.string(),
    path: z.string(),
    before: z.string().optional(),
    after: z.string().optional(),
    expect: z.string(),
    is: z.string(),
  }),
]);
const document = z.strictObject({
  source: z.string(),
  path: z.string().optional(),
  bases: z.record(z.string(), z.strictObject({ path: z.string(), text: z.string() })).optional(),
  wraps: z.record(z.string(), z.strictObject({ path: z.string(), text: z.string() })).optional(),
  rows: z.array(z.array(z.string()).min(4).max(5)).optional(),
  cases: z.array(fileCase).optional(),
  files: z
    .array(
      z.strictObject({
        id: z.string(),
        text: z.string(),
        owners: z.record(z.string(), z.string()),
        errors: z.array(z.number()).optional(),
      }),
    )
    .optional(),
});
type Document = z.infer<typeof document>;

export function readCases(): { readonly changes: readonly EvalCase[]; readonly owners: readonly OwnersCase[] } {
  const documents = readdirSync(folder)
    .filter((name) => name.endsWith(".yaml"))
    .sort()
    .map((name) => document.parse(parse(readFileSync(join(folder, name), "utf8"))));
  const changes = documents.flatMap((d) => [...(d.rows ?? []).map((row) => statement(d, row)), ...fileCases(d)]);
  const owners = documents.flatMap((d) => (d.files ?? []).map((f) => ({ ...f, errors: f.errors ?? [] })));
  const ids = [...changes, ...owners].map((c) => c.id);
  const twice = ids.find((id, i) => ids.indexOf(id) !== i);
  if (twice !== undefined) throw new Error(`two cases are called ${twice}`);
  return { changes, owners };
}

/** A row is an id, the detectors of `sql/`, the class, the frame if the file has frames, and the text. */
function statement(d: Document, row: readonly string[]): EvalCase {
  const [id = "", expect = "", is = ""] = row;
  const text = row.at(-1) ?? "";
  const wrap = row.length === 5 ? d.wraps?.[row[3] ?? ""] : { path: d.path ?? "", text: "%\n" };
  if (!wrap) throw new Error(`${id} names a frame that is not there`);
  const after = wrap.text.split("%").join(text);
  const expected = expect === "safe" ? "none" : expect.replace(/[\w-]+/g, "sql/$&");
  return { ...labelled({ id, expect: expected, is }), kind: "sql", diff: diffOf(wrap.path, { after }) };
}

function fileCases(d: Document): EvalCase[] {
  return (d.cases ?? []).map((c) => {
    if (!("base" in c)) return { ...labelled(c), kind: "other", diff: diffOf(c.path, c) };
    const base = d.bases?.[c.base];
    if (!base) throw new Error(`${c.id} names a base that is not there`);
    const after = c.edits.reduce((text, [from, to]) => replaced(text, { from, to, id: c.id }), base.text);
    return { ...labelled(c), kind: "other", diff: diffOf(base.path, { before: base.text, after }) };
  });
}

function replaced(text: string, { from, to, id }: { from: string; to: string; id: string }): string {
  if (!text.includes(from)) throw new Error(`${id} edits a text that is not there`);
  return text.replace(from, () => to);
}

function labelled(c: { id: string; expect: string; is: string }): Pick<EvalCase, "id" | "half" | "expect" | "is"> {
  const groups = c.expect.split(" ").map((group) => group.split("|"));
  return { id: c.id, half: halfOf(c.id), expect: groups, is: c.is.split("|") };
}

/** By a hash of the id (FNV-1a), so that nobody chose which case lies where. */
function halfOf(id: string): EvalCase["half"] {
  let hash = 0x811c9dc5;
  for (const char of id) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return (hash >>> 8) % 2 === 0 ? "dev" : "held-out";
}

function diffOf(
  path: string,
  { before, after }: { readonly before?: string | undefined; readonly after?: string | undefined },
): string {
  const mode =
    before === undefined ? "new file mode 100644\n" : after === undefined ? "deleted file mode 100644\n" : "";
  const sides = `--- ${before === undefined ? "/dev/null" : `a/${path}`}\n+++ ${after === undefined ? "/dev/null" : `b/${path}`}`;
  return `diff --git a/${path} b/${path}\n${mode}${sides}\n${unifiedHunks(before ?? "", after ?? "")}\n`;
}
