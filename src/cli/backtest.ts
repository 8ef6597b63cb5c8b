import { writeFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import type { Command } from "commander";
import { readPrior } from "../core/risk/prior.js";
import { shippedPriorText } from "../core/risk/prior-data.js";
import { defaultCache, readHistory } from "./backtest/history.js";
import { reportHtml } from "./backtest/html.js";
import { replayHistory } from "./backtest/replay.js";
import { labelReverts } from "./backtest/reverts.js";
import { replayPacks } from "./backtest/packs.js";
import { readPatches } from "./backtest/patches.js";
import type { Replayed } from "./backtest/replay.js";
import type { Summary } from "./backtest/summary.js";
import { summarise } from "./backtest/summary.js";
import { summaryText } from "./backtest/text.js";
import { InputError, orFail } from "./input.js";
import { withBar } from "./progress.js";

interface Options {
  readonly git: string;
  readonly since?: string;
  readonly cache?: string;
  readonly html?: string;
  readonly json?: true;
  readonly packs?: true;
}

export function register(program: Command): void {
  program
    .command("backtest")
    .description("how well risk would have foreseen the reverts in a clone's real history")
    .requiredOption("--git <dir>", "a clone; its checked-out branch's first-parent history is read")
    .option("--since <date>", "only changes landed after it, in any form git understands")
    .option("--html <file>", "write a report with plots")
    .option("--cache <file>", "where the extracted history is kept (default: inside the clone's git folder)")
    .option("--packs", "also say what each shipped policy pack would have done; reads and classifies every diff")
    .option("--json", "print one JSON document")
    .addHelpText("after", help)
    .action(run);
}

async function run(options: Options): Promise<void> {
  await orFail(`backtest: ${options.git}`, async () => {
    const { summary, judged } = await backtest(options);
    if (options.html !== undefined) writeFileSync(options.html, reportHtml(summary, judged));
    process.stdout.write(options.json ? `${JSON.stringify(summary)}\n` : summaryText(summary));
  });
}

async function backtest(options: Options): Promise<{ summary: Summary; judged: readonly Replayed[] }> {
  const since = options.since ?? null;
  const cache = options.cache ?? (await defaultCache(options.git));
  const commits = await withBar("reading history", async (progress) => {
    return await readHistory({ git: options.git, since, cache, progress });
  });
  if (commits.length === 0) throw new InputError("no change landed in that time");
  process.stderr.write(`replaying ${commits.length} changes\n`);
  const labels = labelReverts(commits);
  const prior = readPrior(shippedPriorText);
  const { replay, packs } = options.packs
    ? await withBar("judging by policy", async (progress) => {
        return await replayPacks(readPatches(options.git, { since }), { labels, prior, progress });
      })
    : { replay: replayHistory(labels, prior), packs: [] };
  const repository = basename(resolve(options.git));
  return { summary: { ...summarise(replay, { labels, repository }), packs }, judged: replay.judged };
}

const help = `
Each change is scored as it would have been when it landed; its outcome is revealed when it happened. Reverts are found
by the commit they name, by being the exact opposite, by the pull request they name, by the title they quote. A second
run, and one after an interruption, reads only what is new; the diffs that --packs needs are read each time, and what
classification finds in them then counts in the risk as it does in the app.

Example:
  $ drumline backtest --git ../my-clone --since "2 years ago" --html backtest.html
`;
