import { utcTime } from "../core/policy/calendar.js";
import { createHash } from "node:crypto";
import type { Command } from "commander";
import { withoutWords, withWords } from "../core/decide.js";
import type { DecisionRecord } from "../engine/ports.js";
import { asThen } from "./as-then.js";
import { differences, type Difference } from "./differences.js";
import { InputError, orFail } from "./input.js";
import { readRecords, recordNamed, withReader } from "./records.js";

interface Options {
  readonly record?: string;
  readonly queue?: string;
  readonly last: string;
  readonly json?: true;
}

/** Differences shown of one record. */
const shown = 20;
/** Decisions of a queue that are replayed at once, at most. */
const lastMax = 1000;

/** `replay`: recomputes recorded decisions from their facts and reports any difference. */
export function register(program: Command): void {
  program
    .command("replay")
    .description("Recompute recorded decisions from their facts and report any difference.")
    .argument("[which]", "OWNER/REPO#N for the last decision about a pull request, or a record's number")
    .option("--record <file>", "records as `drumline record` prints them: one, a list, or one a line; - for stdin")
    .option("--queue <key>", "the last decisions of the queue OWNER/REPO@BASE")
    .option("--last <n>", "how many of them", "20")
    .option("--json", "print one JSON document")
    .addHelpText(
      "after",
      `
Without --record it reads DATABASE_URL, or the data folder that DRUMLINE_DATA names (default ./data).
What a record of an older version lacks because it was not recorded then is no difference.
Exit code: 0 when all come out the same, 1 when one differs, 2 when a record can't be read.`,
    )
    .action(async (which: string | undefined, options: Options) => {
      await orFail("replay", async () => await run(which, options));
    });
}

interface Replayed {
  readonly id: number;
  readonly queue: string;
  readonly version: number;
  readonly at: number;
  readonly differences: readonly Difference[];
}

async function run(which: string | undefined, options: Options): Promise<void> {
  const records = await recordsFor(which, options);
  const replayed = records.map(replay);
  const different = replayed.filter((r) => r.differences.length > 0);
  if (options.json)
    process.stdout.write(
      `${JSON.stringify({ records: replayed.length, different: different.length, replayed }, null, 2)}\n`,
    );
  else {
    for (const one of replayed) process.stdout.write(lines(one));
    process.stdout.write(`${replayed.length} replayed, ${different.length} different\n`);
  }
  if (different.length > 0) process.exitCode = 1;
}

async function recordsFor(which: string | undefined, options: Options): Promise<readonly DecisionRecord[]> {
  const given = [which, options.record, options.queue].filter((source) => source !== undefined);
  if (given.length !== 1) throw new InputError("name one of: a pull request or record, --record FILE, --queue KEY");
  if (options.record !== undefined) return readRecords(options.record);
  if (which !== undefined) return [await recordNamed(which)];
  const queue = options.queue ?? "";
  const limit = Number(options.last);
  if (!Number.isSafeInteger(limit) || limit < 1 || limit > lastMax)
    throw new InputError(`--last must be a number from 1 to ${lastMax}`);
  return await withReader(async (reader) => {
    const records: DecisionRecord[] = [];
    for (const { id } of await reader.decisions(queue, { limit })) {
      const record = await reader.decision(id);
      if (record !== null) records.push(record);
    }
    if (records.length === 0) throw new InputError(`no decision is recorded for the queue ${queue}`);
    return records.reverse();
  });
}

function replay(record: DecisionRecord): Replayed {
  const { id, queue, version, at } = record;
  const found = createHash("sha256").update(JSON.stringify(record.facts)).digest("hex");
  const tampered: readonly Difference[] =
    found === record.factsDigest ? [] : [{ path: "facts (digest)", recorded: record.factsDigest, recomputed: found }];
  return { id, queue, version, at, differences: [...tampered, ...differences(record.decision, recompute(record))] };
}

function recompute(record: DecisionRecord): unknown {
  try {
    const found = withoutWords(record.facts, record.previous, record.at);
    // What is said follows from the reasons, so what older versions didn't give is left out before it is said.
    const then = withWords({ ...found, units: asThen(found.units, record.decision.units) });
    // As it would come back from a record: without what JSON does not hold.
    return JSON.parse(JSON.stringify(then));
  } catch (error) {
    throw new InputError(
      `record ${record.id} can't be decided again: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

function lines(one: Replayed): string {
  const name = `${one.queue} version ${one.version}, record ${one.id}, ${utcTime(one.at)}`;
  if (one.differences.length === 0) return `same       ${name}\n`;
  const details = one.differences
    .slice(0, shown)
    .map((d) => `  ${d.path}: recorded ${short(d.recorded)}, recomputed ${short(d.recomputed)}\n`);
  const more = one.differences.length - details.length;
  return [`DIFFERENT  ${name}\n`, ...details, ...(more > 0 ? [`  and ${more} more\n`] : [])].join("");
}

function short(value: unknown): string {
  const text = value === undefined ? "nothing" : JSON.stringify(value);
  return text.length > 120 ? `${text.slice(0, 119)}…` : text;
}
