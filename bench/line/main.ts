import { parseArgs } from "node:util";
import { measureLife, type Checked, type Life } from "./life.js";
import { measureReceiving, type Received, type Receiving, type ReceivingOptions } from "./receive.js";

/**
 * `npm run bench -- line [--pulls N] [--rounds N] [--seconds N] [--offered N] [--connections N] [--json]`: the line's
 * own figures, see docs/line.md. 0 pulls or rounds leave that part out.
 */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      pulls: { type: "string", default: "10" },
      rounds: { type: "string", default: "5" },
      seconds: { type: "string", default: "6" },
      offered: { type: "string", default: "200" },
      connections: { type: "string", default: "32" },
      json: { type: "boolean" },
    },
  });
  const [pulls, rounds, seconds] = [Number(values.pulls), Number(values.rounds), Number(values.seconds)];
  const [offered, connections] = [Number(values.offered), Number(values.connections)];
  const load = { rounds, seconds, offered, connections };
  const receiving = rounds > 0 ? await measureReceiving(load) : null;
  const life = pulls > 0 ? await measureLife(pulls) : null;
  if (values.json === true) {
    process.stdout.write(`${JSON.stringify({ receiving, life })}\n`);
    return;
  }
  if (receiving) printReceiving(receiving, load);
  if (life) printLife(life);
}

function printReceiving({ drumline, row, bare }: Receiving, load: ReceivingOptions): void {
  const { rounds, offered, connections } = load;
  process.stdout.write(
    `webhook to durable answer, medians of ${rounds} rounds in turns\n` +
      `p50, p99: ms with ${offered} deliveries sent a second; perSecond: with ${connections} under way at all times\n`,
  );
  const ratio = (of: Received): Record<string, number> =>
    rounded({
      p50: drumline.p50 / of.p50,
      p99: drumline.p99 / of.p99,
      perSecond: drumline.perSecond / of.perSecond,
    });
  console.table({
    drumline: rounded(drumline),
    "Probot, one row a delivery": rounded(row),
    "Probot, only answers": rounded(bare),
    "drumline / one row": ratio(row),
    "drumline / only answers": ratio(bare),
  });
}

function rounded(row: Received): Record<string, number> {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]: [string, number]) => [name, Number(value.toFixed(2))]),
  );
}

function printLife({ pulls, apart, together, requests }: Life): void {
  const { total, creating, notModified, rows } = requests;
  const checked = ({ p50, p95 }: Checked): string => `p50 ${p50.toFixed(0)} ms, p95 ${p95.toFixed(0)} ms`;
  process.stdout.write(
    `webhook to check posted: ${checked(apart)} (${pulls} pull requests one after the other)\n` +
      `                         ${checked(together)} (${pulls} opened at once)\n` +
      `GitHub requests a pull request, opened to landed: ${total.toFixed(1)}, ${creating.toFixed(1)} of them creating, ${notModified.toFixed(1)} not modified\n`,
  );
  console.table(rows.map((r) => ({ ...r, each: Number(r.each.toFixed(2)) })));
}
