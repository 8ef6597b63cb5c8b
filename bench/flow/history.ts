import { setTimeout as sleep } from "node:timers/promises";
import type { FlowEvent } from "../../src/core/constraint/flow/event.js";
import { replay } from "../../src/core/constraint/finder/replay.js";
import type { ConstraintView } from "../../src/dashboard/constraint-view.js";
import { mondayBefore, pastOf, type Past } from "../../src/sandbox/past.js";
import { startWorld } from "../../test/world/world.js";
import { scaledChain } from "../../test/build/chain.js";

const wanted = 10_000;
const days = 173;

/** From the app's start on a repository with 10,000 pull requests behind it to the first verdict on its page. */
export async function readHistory(): Promise<Record<string, string | number>> {
  const past = pastOfAHalfYear();
  process.stderr.write(`${past.pulls.length} pull requests, ${past.deployments.length} deployments\n`);
  const world = await startWorld({ past, ci: { decide: () => "success" } });
  try {
    const began = { at: performance.now(), cpu: process.cpuUsage() };
    const phase = async () => (await world.app.reads.history("acme/shop@main"))?.phase;
    const reached = async (...phases: readonly string[]) => {
      while (!phases.includes((await phase()) ?? "")) await sleep(200);
      return took(began);
    };
    const ledger = await reached("classes", "done");
    const page = `${world.app.url}/api/v1/constraint/acme/shop/main`;
    for (;;) {
      const { history, constraint, brief } = (await (await fetch(page)).json()) as ConstraintView;
      if (history.daysToWorkOut > 0 || !brief) continue;
      const all = took(began);
      const classes = await reached("done");
      return {
        "pull requests": history.past?.pulls ?? 0,
        "GraphQL requests": world.sandbox.requests().byOperation["POST /graphql"] ?? 0,
        "in the ledger after s": ledger.seconds,
        "verdict after s": all.seconds,
        "classes after s": classes.seconds,
        // The sandbox's own work is in it: both run in one process.
        "CPU s to the verdict": all.cpu,
        constraint,
      };
    }
  } finally {
    await world.end();
  }
}

function took(since: { readonly at: number; readonly cpu: NodeJS.CpuUsage }) {
  const { user, system } = process.cpuUsage(since.cpu);
  const seconds = ((performance.now() - since.at) / 1000).toFixed(1);
  return { seconds, cpu: ((user + system) / 1e6).toFixed(1) };
}

function pastOfAHalfYear(): Past {
  const events: FlowEvent[] = [];
  replay(scaledChain(4.5), { days, seed: 3, warmUpDays: 0, observe: (event) => events.push(event) });
  const now = Date.now();
  const origin = mondayBefore(now, days + 1);
  const past = pastOf(
    events.filter((e) => origin + e.at * 60_000 < now),
    { origin },
  );
  return { ...past, pulls: past.pulls.slice(0, wanted) };
}
