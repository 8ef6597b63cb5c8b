import { setTimeout as sleep } from "node:timers/promises";
import { docsPolicy } from "../../test/build/policies.js";
import { startWorld, type TestWorld } from "../../test/world/world.js";
import { quantileOf } from "./figures.js";

/** What one pull request costs and how long the first word takes, on the sandbox, with throttling off. */
export interface Life {
  /** Pull requests that were opened, landed by themselves and were counted. */
  readonly pulls: number;
  /** Pull requests opened one after the other, each once the one before was landed and told. */
  readonly apart: Checked;
  /** As many opened at once. */
  readonly together: Checked;
  /** Requests of one pull request, opened to landed, the mean of all of them. */
  readonly requests: {
    readonly total: number;
    readonly creating: number;
    readonly notModified: number;
    readonly rows: readonly RequestRow[];
  };
}

/** Milliseconds from sending the webhook that a pull request was opened to its check being there. */
export interface Checked {
  readonly p50: number;
  readonly p95: number;
}

export interface RequestRow {
  readonly operation: string;
  readonly kind: string;
  readonly each: number;
}

/** Asked each minute for all repositories, whether or not there is a pull request. */
const sweeping = ["GET /app/installations", "GET /installation/repositories"];
const botLogin = "drumline[bot]";
/** The line is at rest once the app has asked nothing for this long. */
const restMs = 600;

/** The first pull request makes the repository known (labels, policy, permissions) and is not counted. */
export async function measureLife(pulls: number): Promise<Life> {
  const world = await startWorld({ policy: docsPolicy });
  try {
    await landOne(world, 0);
    world.sandbox.world.requests.length = 0;
    world.sandbox.world.deliveries.length = 0;
    for (let i = 1; i <= pulls; i++) {
      await landOne(world, i);
      process.stderr.write(`\rlife: ${i} of ${pulls} pull requests landed`);
    }
    process.stderr.write("\n");
    const [apart, requests] = [checkedIn(world), requestsEach(world, pulls)];
    world.sandbox.world.deliveries.length = 0;
    const opened = await Promise.all(Array.from({ length: pulls }, async (_, i) => await open(world, pulls + 1 + i)));
    await world.until("each has its check", () => opened.every((pull) => world.check(pull.number) !== null));
    return { pulls, apart, together: checkedIn(world), requests };
  } finally {
    await world.end();
  }
}

async function open(world: TestWorld, index: number) {
  return await world.person("docs-bot").opensPullRequest({
    branch: `docs-${index}`,
    files: { [`docs/${index}.md`]: `page ${index}\n` },
    title: `Write page ${index}`,
  });
}

async function landOne(world: TestWorld, index: number): Promise<void> {
  const pull = await open(world, index);
  await world.until("it lands", () => world.pull(pull.number).merged);
  await world.until("its check says so", () => world.check(pull.number)?.title.startsWith("Landed") ?? false);
  await world.sandbox.settled();
  for (let seen = -1; seen !== world.sandbox.world.requests.length;) {
    seen = world.sandbox.world.requests.length;
    await sleep(restMs);
  }
}

function checkedIn({ sandbox, repo }: TestWorld): Checked {
  const ms = sandbox.world.deliveries
    .filter((d) => d.event === "pull_request" && d.action === "opened")
    .map((d) => {
      const { pull_request: pull } = JSON.parse(d.payload) as { pull_request: { head: { sha: string } } };
      const made = [...repo.checkRuns.values()].find((r) => r.headSha === pull.head.sha && r.name === "Drumline");
      return (made?.startedAt ?? Number.NaN) - d.deliveredAt;
    });
  return { p50: quantileOf(ms, 0.5), p95: quantileOf(ms, 0.95) };
}

function requestsEach({ sandbox }: TestWorld, pulls: number): Life["requests"] {
  const counted = sandbox.world.requests.filter(
    (r) => r.actor === botLogin && !sweeping.includes(r.operation ?? "") && r.kind !== "token",
  );
  const of = (kind: string): number => counted.filter((r) => r.kind === kind).length / pulls;
  const rows = new Map<string, RequestRow>();
  for (const { operation, kind } of counted) {
    const key = `${kind} ${operation}`;
    rows.set(key, { operation: operation ?? "none", kind, each: (rows.get(key)?.each ?? 0) + 1 / pulls });
  }
  return {
    total: counted.length / pulls,
    creating: of("creating"),
    notModified: of("not-modified"),
    rows: [...rows.values()].sort((a, b) => a.kind.localeCompare(b.kind) || b.each - a.each),
  };
}
