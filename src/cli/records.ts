import { readFileSync } from "node:fs";
import { z } from "zod";
import { prNumber, type PrNumber, type RepoName } from "../core/model/ids.js";
import type { DecisionRecord } from "../engine/ports.js";
import { openReader, type OpenedReader } from "../store/reader.js";
import { InputError } from "./input.js";

/** Recorded decisions for the commands that read them: from a file, or from the store beside a running app. */

/** A record as far as it can be checked without deciding again; the rest is found out by doing so. */
const recordShape = z.looseObject({
  id: z.number(),
  queue: z.string(),
  version: z.number(),
  at: z.number(),
  factsDigest: z.string(),
  policyDigest: z.string(),
  baseSha: z.string(),
  facts: z.looseObject({
    queue: z.string(),
    repo: z.looseObject({}),
    pulls: z.array(z.looseObject({ number: z.number() })),
  }),
  previous: z.looseObject({ units: z.looseObject({}), groups: z.array(z.unknown()) }),
  decision: z.looseObject({
    next: z.looseObject({}),
    units: z.array(z.looseObject({ number: z.number(), verdict: z.looseObject({}) })),
    effects: z.array(z.unknown()),
    policyDigest: z.string(),
  }),
});

/** One record, a list of them, or one a line. @throws InputError */
export function readRecords(file: string): readonly DecisionRecord[] {
  const text = readText(file);
  const values = parseAll(text, file);
  if (values.length === 0) throw new InputError(`${file} holds no record`);
  return values.map(({ value, where }) => {
    const checked = recordShape.safeParse(value);
    if (checked.success) return value as DecisionRecord;
    const issue = checked.error.issues[0];
    throw new InputError(`${where} is no record: ${issue?.path.join(".") || "it"}: ${issue?.message ?? "unreadable"}`);
  });
}

function readText(file: string): string {
  try {
    return readFileSync(file === "-" ? 0 : file, "utf8");
  } catch (error) {
    throw new InputError(`can't read ${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function parseAll(text: string, file: string): readonly { value: unknown; where: string }[] {
  const whole = parse(text);
  if (whole.ok)
    return (Array.isArray(whole.value) ? whole.value : [whole.value]).map((value: unknown, i, all) => ({
      value,
      where: all.length === 1 ? file : `${file}[${i}]`,
    }));
  return text.split("\n").flatMap((line, i) => {
    if (line.trim() === "") return [];
    const one = parse(line);
    if (!one.ok) throw new InputError(`${file}:${i + 1}: ${one.why}`);
    return [{ value: one.value, where: `${file}:${i + 1}` }];
  });
}

function parse(text: string): { ok: true; value: unknown } | { ok: false; why: string } {
  try {
    return { ok: true, value: JSON.parse(text) as unknown };
  } catch (error) {
    return { ok: false, why: error instanceof Error ? error.message : String(error) };
  }
}

export interface Reference {
  readonly repo: RepoName;
  readonly number: PrNumber;
}

/** `OWNER/REPO#N`. */
export function parseReference(text: string): Reference | null {
  const found = /^([\w.-]+\/[\w.-]+)#([1-9]\d{0,9})$/.exec(text);
  return found?.[1] === undefined ? null : { repo: found[1], number: prNumber(Number(found[2])) };
}

/** The store as the app has it: DATABASE_URL, or the private one under DRUMLINE_DATA. @throws InputError */
export async function withReader<T>(work: (reader: OpenedReader["readPort"]) => Promise<T>): Promise<T> {
  const say = (level: string) => (data: object, message: string) =>
    process.stderr.write(`drumline: ${level}${message} ${JSON.stringify(data)}\n`);
  let opened: OpenedReader;
  try {
    opened = await openReader({
      databaseUrl: process.env["DATABASE_URL"],
      dataDir: process.env["DRUMLINE_DATA"] ?? "./data",
      log: { info: () => undefined, warn: say("warning: "), error: say("error: ") },
    });
  } catch (error) {
    throw new InputError(error instanceof Error ? error.message : String(error));
  }
  try {
    return await work(opened.readPort);
  } finally {
    await opened.close();
  }
}

/** The record that a reference or a record's id names. @throws InputError when there is none */
export async function recordNamed(text: string): Promise<DecisionRecord> {
  const reference = parseReference(text);
  const id = /^[1-9]\d{0,14}$/.test(text) ? Number(text) : null;
  if (reference === null && id === null)
    throw new InputError(`${JSON.stringify(text)} is neither OWNER/REPO#N nor a record's number`);
  return await withReader(async (reader) => {
    const record = reference
      ? await reader.lastDecisionAbout(reference.repo, reference.number)
      : await reader.decision(id ?? 0);
    if (record === null) throw new InputError(`no decision is recorded for ${text}`);
    return record;
  });
}
