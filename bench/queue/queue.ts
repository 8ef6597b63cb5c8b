import { parseArgs } from "node:util";
import { plan } from "../../src/core/queue/plan.js";
import { optimisticChain, oracle, singleQueue } from "../../src/core/queue/simulation/rivals.js";
import { quantile, runLine, type Outcome, type Strategy } from "../../src/core/queue/simulation/run.js";
import { shapeNames, shapes } from "../../src/core/queue/simulation/shapes.js";
import { drawWorld, type Load, type WorldChange } from "../../src/core/queue/simulation/world.js";

/**
 * The planner beside what the field runs, on the project's own simulation: medians over seeds (single draws differ by
 * a third). `npm run bench -- queue [--shape NAME] [--seeds 1,2,3] [--rivals] [--json]`; the rivals take
 * minutes.
 */
export function run(args: readonly string[]): void {
  const { values } = parseArgs({
    args: [...args],
    options: {
      shape: { type: "string" },
      seeds: { type: "string", default: "1,2,3,4,5" },
      json: { type: "boolean" },
      rivals: { type: "boolean" },
    },
  });
  const seeds = values.seeds.split(",").map(Number);
  const rows = shapeNames
    .filter((name) => values.shape === undefined || values.shape === name)
    .flatMap((name) => rowsOf(name, { seeds, strategies: values.rivals === true ? [...ours, ...rivals] : ours }));
  if (values.json === true) process.stdout.write(`${JSON.stringify(rows)}\n`);
  else console.table(rows);
}

type Named = readonly [name: string, make: (world: readonly WorldChange[]) => Strategy];

const ours: readonly Named[] = [
  ["drumline", () => plan],
  ["oracle", oracle],
];
const rivals: readonly Named[] = [
  ["optimistic chain", () => optimisticChain],
  ["one at a time", () => singleQueue],
];

function rowsOf(
  name: (typeof shapeNames)[number],
  { seeds, strategies }: { seeds: readonly number[]; strategies: readonly Named[] },
): unknown[] {
  const oracles = seeds.map((seed) => play({ ...shapes[name], seed }, oracle));
  return strategies.map(([strategy, make]) => {
    process.stderr.write(`${name}: ${strategy}\n`);
    const runs = seeds.map((seed) => play({ ...shapes[name], seed }, make));
    const against = (part: number): number =>
      median(runs.map((r, i) => quantile(r.turnaround, part) / quantile(oracles[i]?.turnaround ?? [], part)));
    return {
      shape: name,
      strategy,
      "P50 / oracle": up(against(0.5)),
      "P95 / oracle": up(against(0.95)),
      "P99 / oracle": up(against(0.99)),
      "builds / landed": up(median(runs.map((r) => r.builds / Math.max(1, r.landed)))),
      "wrongly ejected": median(runs.map((r) => r.wronglyEjected)),
      undecided: Math.max(...runs.map((r) => r.undecided)),
      refused: Math.max(...runs.map((r) => r.refused.length)),
      broken: Math.max(...runs.map((r) => r.broken)),
    };
  });
}

function play(load: Load, make: (world: readonly WorldChange[]) => Strategy): Outcome {
  const world = drawWorld(load);
  return runLine(world, load, make(world));
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
}

/** Figures where less is better are never rounded in our favour. */
function up(value: number): number {
  return Math.ceil(100 * value) / 100;
}
