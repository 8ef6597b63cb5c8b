import { writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { setImmediate as breathe } from "node:timers/promises";
import { InvalidArgumentError, Option, type Command } from "commander";
import { safeDefault } from "../core/policy/defaults.js";
import { shapeNames, shapes, type ShapeName } from "../core/queue/simulation/shapes.js";
import { InputError, orFail } from "./input.js";
import { readPolicyFile } from "./policy-file.js";
import { withBar } from "./progress.js";
import { withReader } from "./records.js";
import { historyFromFile, historyFromGit, type History } from "./simulate/history.js";
import { htmlReport } from "./simulate/html.js";
import { laneManners, lanesAssumed } from "./simulate/lanes.js";
import { historyFromLedger } from "./simulate/ledger.js";
import { rowOf, textOf } from "./simulate/report.js";
import {
  playOnce,
  strategies,
  type Manner,
  type NamedPolicy,
  type Played,
  type Run,
  type Setting,
  type StrategyName,
} from "./simulate/play.js";
import type { PastChange, Source } from "./simulate/source.js";

export function register(program: Command): void {
  program
    .command("simulate")
    .description("What other queue settings or another policy would have done, on a history or a drawn load.")
    .option("--queue <key>", "the app's own ledger of the queue OWNER/REPO@BASE")
    .option("--history <file>", "landed changes, one JSON object a line, plain or gzip")
    .option("--git <dir>", "a clone's first-parent history")
    .addOption(new Option("--shape <name>", "a drawn load, and what a history doesn't tell").choices(shapeNames))
    .option("--policy <file...>", "policies to compare with today's: files, or names of shipped packs")
    .option("--slots <list>", "builds at once; several with commas are compared", list)
    .option("--groups <list>", "most changes tested together; several with commas are compared", list)
    .addOption(new Option("--strategy <name...>", "strategies to compare").choices(strategies).default(["drumline"]))
    .option("--changes <n>", "how many changes, the newest of a history", whole, changesDefault)
    .option("--rate <n>", "mean arrivals an hour; a history keeps its pattern and is stretched to it", positive)
    .option("--minutes <n>", "median minutes of a change's own CI work", positive)
    .option("--flake <p>", "probability that a build of good content fails", probability)
    .option("--judgment <hours>", "median hours that a judgment takes where the history doesn't tell", positive)
    .addOption(
      new Option(
        "--lanes <how>",
        "which changes of a history wait for each other: as the policy says, all, of a folder",
      )
        .choices(laneManners)
        .default("policy"),
    )
    .option("--seeds <list>", "draws; figures are medians over them", list, [1])
    .option("--json", "one JSON document on stdout")
    .option("--html <file>", "write a report with plots")
    .addHelpText("after", help)
    .action(async (options: Options) => {
      await orFail("simulate", async () => await simulate(options));
    });
}

interface Options {
  readonly queue?: string;
  readonly history?: string;
  readonly git?: string;
  readonly shape?: ShapeName;
  readonly policy?: readonly string[];
  readonly slots?: readonly number[];
  readonly groups?: readonly number[];
  readonly strategy: readonly StrategyName[];
  readonly changes: number;
  readonly rate?: number;
  readonly minutes?: number;
  readonly flake?: number;
  readonly judgment?: number;
  readonly lanes: Manner["lanes"];
  readonly seeds: readonly number[];
  readonly json?: true;
  readonly html?: string;
}

/** A what-if should answer in seconds: so many changes are played unless more are asked for. */
const changesDefault = 200;
/** Unless the history or the caller knows better. */
const judgmentHoursDefault = 4;
/** A Monday, 00:00 UTC: where drawn loads begin. */
const drawnEpoch = Date.UTC(2026, 0, 5);

async function simulate(options: Options): Promise<void> {
  const source = await sourceOf(options);
  const policies = await policiesOf(source, options);
  const settings = settingsOf(policies, options);
  const played = await playAll(source, { settings, options });
  const lanes = policies.flatMap((p) => p?.policy.queue.lanes ?? []);
  const assumed = [...source.assumed, ...lanesAssumed(source, { manner: options.lanes, lanes })];
  const title = `drumline simulate: ${source.name}`;
  if (options.html !== undefined) await written(options.html, htmlReport(title, { played, assumed }));
  const rows = played.map(rowOf);
  if (options.json) process.stdout.write(`${JSON.stringify({ load: source.name, assumed, rows })}\n`);
  else process.stdout.write(`${textOf(rows)}\n${assumed.map((sentence) => `${sentence}\n`).join("")}`);
}

async function sourceOf(options: Options): Promise<Source> {
  const given = [options.queue, options.history, options.git].filter((source) => source !== undefined);
  if (given.length > 1) throw new InputError("name one of --queue, --history and --git");
  const history = await historyOf(options);
  const shape = shapes[options.shape ?? "team"];
  const load: Source["load"] = {
    ...shape,
    ...history?.measured,
    changes: options.changes,
    ...(options.rate !== undefined && { arrivals: { kind: "steady", perHour: options.rate } }),
    ...(options.minutes !== undefined && { medianMinutes: options.minutes }),
    ...(options.flake !== undefined && { flakeProbability: options.flake }),
  };
  if (history) return { ...history, load, epoch: history.changes[0]?.proposedAt ?? 0 };
  const name = options.shape ?? "team";
  return { name, load, changes: null, epoch: drawnEpoch, today: null, judge: null, assumed: [] };
}

async function historyOf({ queue, history, git, changes: count }: Options): Promise<History | null> {
  if (queue !== undefined) return await withReader(async (reads) => await historyFromLedger(reads, { queue, count }));
  if (history !== undefined) return await historyFromFile(history, count);
  return git === undefined ? null : await historyFromGit(git, count);
}

/** Today's policy first; none unless the caller asks for a comparison, or the history has one. */
async function policiesOf(source: Source, { policy: files = [] }: Options): Promise<readonly (NamedPolicy | null)[]> {
  const today = source.today ?? (files.length > 0 ? safeDefault : null);
  const named = [...(today ? [{ name: "today", policy: today }] : []), ...files.map(namedPolicy)];
  if (named.length === 0) return [null];
  const judgments = files.length === 0 ? null : await source.judge?.(named.map((n) => n.policy));
  return named.map((n, i) => ({ ...n, judgments: judgments?.[i] ?? null }));
}

function namedPolicy(file: string) {
  return { name: basename(file), policy: readPolicyFile(file) };
}

/** Every combination that was asked for; what wasn't asked about is as the policy has it, or the kind of load. */
function settingsOf(policies: readonly (NamedPolicy | null)[], options: Options): readonly Setting[] {
  const shape = shapes[options.shape ?? "team"];
  return policies.flatMap((policy) =>
    options.strategy.flatMap((strategy) =>
      (options.slots ?? [policy?.policy.queue.slots ?? shape.slots]).flatMap((slots) => {
        const groups: readonly (number | null)[] = options.groups ?? [policy?.policy.queue.groupSize ?? null];
        // Groups are the planner's: the other strategies have none.
        return (strategy === "drumline" ? groups : [null]).map((groupSize) => ({ strategy, slots, groupSize, policy }));
      }),
    ),
  );
}

async function playAll(
  source: Source,
  { settings, options }: { settings: readonly Setting[]; options: Options },
): Promise<readonly Played[]> {
  const manner: Manner = {
    lanes: options.lanes,
    judgmentMinutes: 60 * (options.judgment ?? medianJudgmentHours(source.changes) ?? judgmentHoursDefault),
    perHour: options.rate ?? null,
  };
  const total = settings.length * options.seeds.length;
  return await withBar("playing", async (progress) => {
    progress(0, total);
    const played: Played[] = [];
    for (const setting of settings) {
      const runs: Run[] = [];
      for (const seed of options.seeds) {
        runs.push(playOnce(source, setting, { seed, manner }));
        progress(played.length * options.seeds.length + runs.length, total);
        // The bar is drawn between two runs only.
        await breathe();
      }
      played.push({ setting, runs });
    }
    return played;
  });
}

function medianJudgmentHours(changes: readonly PastChange[] | null): number | null {
  const known = (changes ?? []).flatMap((c) => c.judgedMinutes ?? []).sort((a, b) => a - b);
  const median = known[known.length >> 1];
  return median === undefined || median <= 0 ? null : median / 60;
}

async function written(file: string, text: string): Promise<void> {
  await writeFile(file, text).catch((error: unknown) => {
    throw new InputError(`can't write ${file}: ${error instanceof Error ? error.message : String(error)}`);
  });
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value < Infinity)) throw new InvalidArgumentError("it must be a number above 0");
  return value;
}

function whole(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError("it must be a whole number above 0");
  return value;
}

function probability(text: string): number {
  const value = Number(text);
  if (!(value >= 0 && value < 1)) throw new InvalidArgumentError("it must be a number from 0 to below 1");
  return value;
}

function list(text: string): number[] {
  return text.split(",").map(whole);
}

const help = `
Without --queue, --history or --git a load is drawn. --queue reads DATABASE_URL, or the data folder that DRUMLINE_DATA
names (default ./data), beside a running app or without it.
A policy brings its slots, group size, lanes, windows and freezes (their exceptions are not played), and says which changes
need people: those wait for a judgment first. A drawn load begins on a Monday at 00:00 UTC and holds nothing to judge.
Exit code: 0, 2 for wrong use or unreadable input.

Examples:
  $ drumline simulate --groups 1,4,8 --slots 4,12
  $ drumline simulate --queue acme/shop@main --groups 8 --slots 12 --html report.html
  $ drumline simulate --git . --policy .github/drumline.yml open-source
  $ drumline simulate --shape agents --strategy drumline chain --seeds 1,2,3 --json
`;
