import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Command } from "commander";
import { startSandbox, type Sandbox } from "../../src/sandbox/server.js";
import type { Repo } from "../../src/sandbox/state.js";
import { appProcess, type AppProcess } from "./process.js";
import { broken, brokenRecords } from "./proofs.js";
import { comparable, decide, ends, open, playRound, repository } from "./story.js";

/**
 * `npm run test:chaos`: kills the real app again and again while people work and webhooks get lost, doubled and
 * reordered, and compares the end with that of a quiet run.
 */
interface Options {
  readonly kills: number;
  readonly killsPerRound: number;
  readonly seed: number;
  readonly minutes: number;
  readonly keep?: boolean;
}

const faults = { webhooks: { drop: 0.1, double: 0.2, reorder: 0.2, delay: 0.2, delayMsMax: 500 } };
/** Kills come this long at most after the app is up, or for some after it was started, in milliseconds. */
const killWithinMs = 4_000;
const killedWhileStarting = 0.2;
/** A quiet run, and the time after the last kill, may take this long to settle. */
const settleMs = 6 * 60_000;
const readyMs = 60_000;

interface Ran {
  readonly ends: readonly string[];
  readonly unsettled: readonly string[];
  readonly broken: readonly string[];
  readonly kills: number;
  readonly seconds: number;
  readonly ledger: number;
  readonly decisions: number;
  readonly landed: number;
  readonly deliveries: { readonly sent: number; readonly dropped: number };
}

async function main(): Promise<void> {
  const command = new Command("test:chaos")
    .description("Kills the app at random moments through a story, and shows that it ends as the quiet run ends.")
    .option("--kills <n>", "kill -9 so many times", Number, Number(process.env["KILLS"] ?? 6))
    .option("--kills-per-round <n>", "nine pull requests are opened every so many kills", Number, 5)
    .option("--minutes <n>", "start no further round after so long", Number, 30)
    .option("--seed <n>", "of the kills and the faults", Number, Number(process.env["SEED"] ?? Date.now() % 1e6))
    .option("--keep", "keep the data and the app's log");
  const options = command.parse().opts<Options>();
  const rounds = Math.max(1, Math.ceil(options.kills / options.killsPerRound));
  say(`seed ${options.seed} (SEED=${options.seed} replays it): ${options.kills} kills over ${rounds} rounds`);
  const chaos = await run({ ...options, rounds, name: "chaos" });
  const quiet = await run({ ...options, kills: 0, rounds, name: "quiet" });
  const differs = chaos.ends.filter((e, i) => e !== quiet.ends[i]);
  const problems = [...differs.map((d) => `ends otherwise than the quiet run: ${d}`)];
  for (const [name, ran] of Object.entries({ chaos, quiet }))
    problems.push(...[...ran.unsettled.map((u) => `never settled: ${u}`), ...ran.broken].map((p) => `${name}: ${p}`));
  for (const problem of problems) say(problem);
  const { ends: _ends, unsettled: _unsettled, broken: _broken, ...figures } = chaos;
  const summary = { ok: problems.length === 0, seed: options.seed, ...figures, quietSeconds: quiet.seconds };
  process.stdout.write(`${JSON.stringify(summary)}\n`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}

async function run(options: Options & { rounds: number; name: string }): Promise<Ran> {
  const started = Date.now();
  const dataDir = await mkdtemp(join(tmpdir(), `drumline-${options.name}-`));
  const loud = options.kills > 0;
  const sandbox = await startSandbox({
    dataDir: join(dataDir, "github"),
    seed: options.seed,
    ci: { decide },
    ...(loud && { faults }),
  });
  const repo = await sandbox.repository(repository);
  const app = await appProcess(sandbox, { dataDir });
  sandbox.connect(`${app.url}/api/github/webhooks`);
  try {
    app.start();
    if (!(await app.ready(readyMs))) throw new Error(`the app did not come up: see ${dataDir}`);
    const kills = await story(options, { sandbox, repo, app, until: started + options.minutes * 60_000 });
    const unsettled = await settle(repo, app);
    const exit = await app.stop();
    const records = await brokenRecords(repo, { dataDir: join(dataDir, "data") });
    const found = ends(repo);
    const { deliveries } = sandbox.world;
    return {
      ends: comparable(found),
      unsettled,
      broken: [
        ...(await broken(sandbox, repo)),
        ...records.broken,
        ...(exit === 0 ? [] : [`the app did not stop cleanly: exit ${exit ?? "by a signal"}`]),
      ],
      kills,
      seconds: Math.round((Date.now() - started) / 1000),
      ledger: records.ledger,
      decisions: records.decisions,
      landed: [...found.values()].filter((e) => e === "landed").length,
      deliveries: { sent: deliveries.length, dropped: deliveries.filter((d) => d.outcome === "dropped").length },
    };
  } finally {
    await app.stop();
    await sandbox.close();
    if (options.keep) say(`${options.name}: ${dataDir}`);
    else await rm(dataDir, { recursive: true, force: true });
  }
}

/** Rounds and kills side by side; every round is played, and all kills are made, unless time runs out. */
async function story(
  options: Options & { rounds: number; name: string },
  { sandbox, repo, app, until }: { sandbox: Sandbox; repo: Repo; app: AppProcess; until: number },
): Promise<number> {
  const random = randomFrom(options.seed);
  let kills = 0;
  for (let round = 1; round <= options.rounds; round++) {
    const playing = playRound(sandbox, repo, round);
    const wanted = Math.min(options.kills, round * options.killsPerRound);
    while (kills < wanted && Date.now() < until) {
      if (random() >= killedWhileStarting) await app.ready(readyMs);
      await sleep(random() * killWithinMs);
      await app.killAndStart();
      kills += 1;
    }
    await playing;
    say(
      `${options.name}: round ${round}/${options.rounds}, ${kills} kills, ${open(ends(repo)).length} not at their end`,
    );
  }
  return kills;
}

/** Waits until every pull request is at its end and nothing is left to do; answers what never got there. */
async function settle(repo: Repo, app: AppProcess): Promise<readonly string[]> {
  const until = Date.now() + settleMs;
  let calm = 0;
  while (calm < 3) {
    const left = open(ends(repo));
    const waiting = await work(app);
    if (left.length === 0 && waiting === 0) calm += 1;
    else calm = 0;
    if (Date.now() > until) return [...left, ...(waiting === 0 ? [] : [`${waiting ?? "unknown"} effects`])];
    await sleep(500);
  }
  return [];
}

/** Effects that wait, as the app's own figures tell; null while it does not answer. */
async function work(app: AppProcess): Promise<number | null> {
  const response = await fetch(`${app.url}/metrics`).catch(() => null);
  if (!response?.ok) return null;
  const figures = [...(await response.text()).matchAll(/(?:pending_line|pending_words)\S* (\d+)/g)];
  return figures.length === 0 ? null : figures.reduce((sum, [, n]) => sum + Number(n), 0);
}

/** Mulberry32. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let x = Math.imul(state ^ (state >>> 15), 1 | state);
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  };
}

function say(what: string): void {
  process.stderr.write(`${what}\n`);
}

await main();
