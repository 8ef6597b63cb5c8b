import { writeFile } from "node:fs/promises";
import { SingleBar } from "cli-progress";
import Table from "cli-table3";
import { InvalidArgumentError, Option, type Command } from "commander";
import { plan } from "../core/queue/plan.js";
import { optimisticChain, singleQueue } from "../core/queue/simulation/rivals.js";
import { runLine, type Outcome, type Strategy } from "../core/queue/simulation/run.js";
import { shapeNames, shapes, type ShapeName } from "../core/queue/simulation/shapes.js";
import { drawWorld, type Load } from "../core/queue/simulation/world.js";
import { arrivalsFromFile, arrivalsFromGit, atRate, HistoryError } from "./simulate/history.js";
import { columns, htmlReport, rowOf, type Played } from "./simulate/report.js";

export function register(program: Command): void {
  program
    .command("simulate")
    .description("what a queue setting would do to a load: a kind of repository, a history file, or a clone's history")
    .addOption(new Option("--shape <name>", "the kind of load").choices(shapeNames).default("team"))
    .option("--history <file>", "arrivals from landed changes, one JSON object a line, plain or gzip")
    .option("--git <dir>", "arrivals from a clone's first-parent history")
    .option("--changes <n>", "how many changes, the newest of a history", positive)
    .option("--rate <n>", "mean arrivals an hour; a history keeps its pattern and is stretched to it", positive)
    .option("--slots <list>", "builds at once; several with commas are compared", list)
    .option("--group <list>", "changes tested together at most; several with commas are compared", list)
    .option("--minutes <n>", "median minutes of a change's own CI work", positive)
    .option("--flake <p>", "probability that a build of good content fails", probability)
    .addOption(
      new Option("--strategy <name...>", "strategies to compare")
        .choices(["drumline", "chain", "single"])
        .default(["drumline"]),
    )
    .option("--seeds <list>", "draws; figures are medians over them", list, [1])
    .option("--json", "one JSON document on stdout")
    .option("--html <file>", "write a report with plots")
    .addHelpText("after", help)
    .action(simulate);
}

interface Options {
  readonly shape: ShapeName;
  readonly history?: string;
  readonly git?: string;
  readonly changes?: number;
  readonly rate?: number;
  readonly slots?: readonly number[];
  readonly group?: readonly number[];
  readonly minutes?: number;
  readonly flake?: number;
  readonly strategy: readonly ("drumline" | "chain" | "single")[];
  readonly seeds: readonly number[];
  readonly json?: boolean;
  readonly html?: string;
}

/** A what-if should answer in seconds: so many changes of a shape or history are played unless more are asked for. */
const changesDefault = 200;

async function simulate(options: Options, command: Command): Promise<void> {
  try {
    const load = await loadOf(options);
    const played = play(load, options);
    const title = `drumline simulate: ${options.history ?? options.git ?? options.shape}`;
    if (options.html !== undefined) await writeFile(options.html, htmlReport(title, played));
    if (options.json === true)
      process.stdout.write(`${JSON.stringify({ load: title, rows: played.map((p) => p.row) })}\n`);
    else process.stdout.write(`${tableOf(played)}\n`);
  } catch (error) {
    const readable = error instanceof HistoryError || (error instanceof Error && "code" in error);
    if (readable) command.error(`drumline simulate: ${error.message}`, { exitCode: 2 });
    throw error;
  }
}

async function loadOf(options: Options): Promise<Omit<Load, "seed" | "slots">> {
  const shape: Omit<Load, "seed"> = shapes[options.shape];
  const count = options.changes ?? Math.min(shape.changes, changesDefault);
  const traced =
    options.history !== undefined
      ? await arrivalsFromFile(options.history, count)
      : options.git !== undefined
        ? await arrivalsFromGit(options.git, count)
        : null;
  const arrivals: Load["arrivals"] = traced
    ? { kind: "trace", changes: options.rate === undefined ? traced : atRate(traced, options.rate) }
    : options.rate !== undefined
      ? { kind: "steady", perHour: options.rate }
      : shape.arrivals;
  return {
    ...shape,
    changes: traced?.length ?? count,
    arrivals,
    medianMinutes: options.minutes ?? shape.medianMinutes,
    flakeProbability: options.flake ?? shape.flakeProbability,
  };
}

function play(load: Omit<Load, "seed" | "slots">, options: Options): Played[] {
  const settings = options.strategy.flatMap((name) =>
    (options.slots ?? [shapes[options.shape].slots]).flatMap((slots) =>
      (name === "drumline" ? (options.group ?? [null]) : [null]).map((group) => ({ name, slots, group })),
    ),
  );
  const bar = new SingleBar({
    stream: process.stderr,
    format: "{bar} {value}/{total} {setting}",
    clearOnComplete: true,
  });
  bar.start(settings.length * options.seeds.length, 0, { setting: "" });
  const played = settings.map(({ name, slots, group }) => {
    const setting = `${name}, ${slots} slots${group === null ? "" : `, groups of ${group} at most`}`;
    const outcomes = options.seeds.map((seed): Outcome => {
      const seeded: Load = { ...load, slots, seed };
      const outcome = runLine(drawWorld(seeded), seeded, strategyOf(name, group));
      bar.increment(1, { setting });
      return outcome;
    });
    return { row: rowOf(setting, outcomes), outcomes };
  });
  bar.stop();
  return played;
}

function strategyOf(name: Options["strategy"][number], group: number | null): Strategy {
  if (name === "chain") return optimisticChain;
  if (name === "single") return singleQueue;
  return group === null ? plan : (snapshot) => plan({ ...snapshot, controls: { membersMax: group } });
}

function tableOf(played: readonly Played[]): string {
  const table = new Table({ head: ["setting", ...columns.map(([name]) => name)], style: { head: [], border: [] } });
  for (const { row } of played) table.push([row.setting, ...columns.map(([, figure, n]) => figure(row).toFixed(n))]);
  return table.toString();
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError("it must be a number above 0");
  return value;
}

function probability(text: string): number {
  const value = Number(text);
  if (!(value >= 0 && value < 1)) throw new InvalidArgumentError("it must be a number from 0 to below 1");
  return value;
}

function list(text: string): number[] {
  return text.split(",").map((part) => {
    const value = Number(part);
    if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError("it must be whole numbers above 0");
    return value;
  });
}

const help = `
Examples:
  $ drumline simulate --shape agents --slots 6,12 --group 4,8
  $ drumline simulate --git . --slots 4,8 --strategy drumline chain --html report.html
`;
