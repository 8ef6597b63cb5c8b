import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InvalidArgumentError, type Command } from "commander";
import colors from "picocolors";
import { givePast } from "../sandbox/past.js";
import { seededRandom } from "../sandbox/random.js";
import { startSandbox, type Sandbox } from "../sandbox/server.js";
import type { Repo } from "../sandbox/state.js";
import { fullName, pullsOf } from "../sandbox/state.js";
import { addAccount } from "../sandbox/world.js";
import { quarterBefore } from "./demo/quarter.js";
import { cast, mainRules } from "./demo/cast.js";
import { fixtureFiles } from "./demo/fixture.js";
import { startLine, type Line } from "./demo/line.js";
import { replayActs, replayRepository } from "./demo/replay.js";
import { safetyOf } from "./demo/safety.js";
import { buildStage } from "./demo/stage.js";
import { story, type Act } from "./demo/story.js";
import { openView, type View } from "./demo/view.js";
import { howTo } from "./sandbox.js";

/** `drumline demo`: the main job on a local sandbox, with a story; then whatever the user does with it. */
interface DemoOptions {
  readonly exit?: true;
  readonly speed: number;
  readonly seed: number;
  readonly port: number;
  readonly repo?: string;
  readonly count: number;
  readonly test?: string;
  readonly log: string;
}

/** Longest wait of the story for one thing to come true, seconds. */
const patienceSeconds = 240;

export function register(program: Command): void {
  program
    .command("demo")
    .description("Run the merge queue on a local sandbox: real git, real tests, a story of people, bots and agents.")
    .option(
      "--exit",
      "play the story, print a line of JSON and end; exit 0 only if main is green and all that landed was tested",
    )
    .option("--speed <factor>", "how much faster than life people think", positive, 1)
    .option("--seed <number>", "another order of the story; 0 tells it as written", Number, 0)
    .option("--port <port>", "port of the dashboard; 0 takes any free one", Number, 0)
    .option("--repo <dir>", "replay the recent merges of this clone instead of the story")
    .option("--count <n>", "how many merges to replay", positive, 20)
    .option(
      "--test <command>",
      "with --repo: what tests a commit; without it, commits are only looked at for conflict markers",
    )
    .option("--log <level>", "what the app logs to stderr: silent, error, warn, info, debug", "error")
    .action(async (options: DemoOptions) => {
      process.exitCode = await runDemo(options);
    });
}

interface Running {
  readonly sandbox: Sandbox;
  readonly repo: Repo;
  readonly line: Line;
  readonly view: View;
  readonly acts: readonly Act[];
}

async function runDemo(options: DemoOptions): Promise<number> {
  const dataDir = await mkdtemp(join(tmpdir(), "drumline-demo-"));
  const stopping = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stopping.abort());
  try {
    const running = await start(options, dataDir);
    try {
      const problems = await play(running, { options, signal: stopping.signal });
      const code = await conclude(running, { problems, options });
      // A story that was broken off has shown nothing.
      if (options.exit === true && stopping.signal.aborted) return 1;
      if (options.exit !== true && !stopping.signal.aborted) await keepRunning(running, stopping.signal);
      return code;
    } finally {
      running.view.stop();
      await running.line.close();
      await running.sandbox.close();
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function start(options: DemoOptions, dataDir: string): Promise<Running> {
  process.stderr.write("Starting GitHub in the small, a private PostgreSQL and Drumline...\n");
  const ci = options.repo === undefined ? {} : { command: options.test ?? noConflictMarkers };
  const sandbox = await startSandbox({ dataDir: join(dataDir, "github"), seed: options.seed, ci });
  const replayed =
    options.repo === undefined ? null : await replayRepository(sandbox, { dir: options.repo, count: options.count });
  const repo = replayed?.repo ?? (await harbour(sandbox));
  const line = await startLine({
    sandbox,
    repo,
    dataDir: join(dataDir, "data"),
    port: options.port,
    logLevel: options.log,
  });
  process.stderr.write(
    `\n  ${colors.bold("Dashboard")}  ${line.dashboard}\n  ${colors.bold("GitHub")}     ${sandbox.url}/${fullName(repo)}\n\n`,
  );
  const acts = replayed ? replayActs(replayed) : inOrderOf(options.seed);
  return { sandbox, repo, line, view: openView(sandbox, repo), acts };
}

/** Acts stand for themselves, so that any order of them is a story. */
function inOrderOf(seed: number): readonly Act[] {
  if (seed === 0) return story;
  const chance = seededRandom(seed);
  return story
    .map((act) => ({ act, at: chance() }))
    .sort((a, b) => a.at - b.at)
    .map(({ act }) => act);
}

/** Nothing of a stranger's repository is run unless they say how: a merge must only be free of conflict markers. */
const noConflictMarkers = "! grep -rIlE '^(<<<<<<<|>>>>>>>) ' --exclude-dir=.git .";

async function harbour(sandbox: Sandbox): Promise<Repo> {
  addAccount(sandbox.world, "zoe");
  const repo = await sandbox.repository({
    owner: "harbour",
    name: "harbour",
    files: fixtureFiles(),
    collaborators: cast,
    rules: mainRules,
  });
  // A story takes minutes and a constraint shows in weeks: before it lies a simulated quarter.
  givePast(repo, quarterBefore(Date.now()));
  return repo;
}

/** Acts begin one after the other and run side by side; answers what did not come true. */
async function play(running: Running, of: { options: DemoOptions; signal: AbortSignal }): Promise<string[]> {
  const { sandbox, repo, line, view } = running;
  const stage = buildStage({
    sandbox,
    repo,
    standingOf: line.standingOf,
    constraint: line.constraint,
    tells: view.tells,
    speed: of.options.speed,
    patienceSeconds,
    signal: of.signal,
  });
  await stage.until(
    "main's own tests",
    () => (sandbox.ci?.load().running ?? 0) + (sandbox.ci?.load().waiting ?? 0) === 0,
  );
  const problems: string[] = [];
  const playing: Promise<void>[] = [];
  for (const act of running.acts) {
    if (of.signal.aborted) break;
    view.tells(colors.bold(act.shows));
    const one = act.play(stage).catch((error: unknown) => {
      const what = `${act.name}: ${error instanceof Error ? error.message : String(error)}`;
      if (!of.signal.aborted) problems.push(what);
      view.tells(colors.red(what));
    });
    playing.push(one);
    await Promise.race([one, stage.pause(actPauseSeconds)]);
  }
  await Promise.all(playing);
  await sandbox.settled();
  return problems;
}

const actPauseSeconds = 4;

/** The one line on stdout; what it says about safety comes from the sandbox's records, not from Drumline's. */
async function conclude(running: Running, of: { problems: readonly string[]; options: DemoOptions }): Promise<number> {
  const { sandbox, repo, line, view } = running;
  const [safety, tally] = await Promise.all([safetyOf(sandbox, repo), line.tally()]);
  const landed = pullsOf(repo).filter((p) => p.pull.merged).length;
  view.stop();
  for (const move of safety.untested) process.stderr.write(colors.red(`untested on main: ${move}\n`));
  for (const problem of of.problems) process.stderr.write(colors.red(`did not happen: ${problem}\n`));
  const requests = sandbox.requests();
  process.stderr.write(
    `${requests.total} requests to GitHub, ${requests.byKind["creating"] ?? 0} of them creating content\n`,
  );
  process.stderr.write(`${ciWords(sandbox)}\n`);
  const summary = { landed, ...tally, mainGreen: safety.mainGreen, dashboard: line.dashboard };
  process.stdout.write(`${JSON.stringify(summary)}\n`);
  return safety.mainGreen && safety.untested.length === 0 && of.problems.length === 0 ? 0 : 1;
}

/** What testing cost: runs, those of them on what the queue built, and how many of these were red. */
function ciWords(sandbox: Sandbox): string {
  const runs = sandbox.ci?.records ?? [];
  const built = runs.filter((r) => r.branch.startsWith("drumline/"));
  const red = built.filter((r) => r.conclusion === "failure").length;
  return `${runs.length} test runs, ${built.length} of what the queue built, ${red} of those red`;
}

async function keepRunning(running: Running, signal: AbortSignal): Promise<void> {
  process.stderr.write(`\nThe line keeps running: ${running.line.dashboard} (end with Ctrl-C)\n`);
  if (running.repo.owner.login === "harbour") process.stderr.write(howTo(running.sandbox.url));
  const view = openView(running.sandbox, running.repo);
  await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
  view.stop();
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError("a number above 0");
  return value;
}
