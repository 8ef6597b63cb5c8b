import { parseArgs } from "node:util";
import { measureLife, type Life } from "./life.js";
import { measureReceiving, type Received, type Receiving } from "./receive.js";

/**
 * `npm run bench -- line [--pulls N] [--rounds N] [--seconds N] [--json]`: the line's own figures, see docs/line.md.
 * 0 pulls or rounds leave that part out.
 */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      pulls: { type: "string", default: "10" },
      rounds: { type: "string", default: "5" },
      seconds: { type: "string", default: "6" },
      json: { type: "boolean" },
    },
  });
  const [pulls, rounds, seconds] = [Number(values.pulls), Number(values.rounds), Number(values.seconds)];
  const receiving = rounds > 0 ? await measureReceiving({ rounds, seconds }) : null;
  const life = pulls > 0 ? await measureLife(pulls) : null;
  if (values.json === true) {
    process.stdout.write(`${JSON.stringify({ receiving, life })}\n`);
    return;
  }
  if (receiving) printReceiving(receiving);
  if (life) printLife(life);
}

function printReceiving({ drumline, bare }: Receiving): void {
  process.stdout.write("webhook to durable answer, beside a bare Probot app that only verifies and answers\n");
  console.table({
    drumline: rounded(drumline),
    bare: rounded(bare),
    ratio: rounded({
      p50: drumline.p50 / bare.p50,
      p99: drumline.p99 / bare.p99,
      perSecond: drumline.perSecond / bare.perSecond,
    }),
  });
}

function rounded(row: Received): Record<string, number> {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]: [string, number]) => [name, Number(value.toFixed(2))]),
  );
}

function printLife({ pulls, checkMs, requests }: Life): void {
  const { total, creating, notModified, rows } = requests;
  process.stdout.write(
    `webhook to check posted: p50 ${checkMs.p50.toFixed(0)} ms, p95 ${checkMs.p95.toFixed(0)} ms (${pulls} pull requests)\n` +
      `GitHub requests a pull request, opened to landed: ${total.toFixed(1)}, ${creating.toFixed(1)} of them creating, ${notModified.toFixed(1)} not modified\n`,
  );
  console.table(rows.map((r) => ({ ...r, each: Number(r.each.toFixed(2)) })));
}
