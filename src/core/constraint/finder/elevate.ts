import { drawn } from "./counterfactual.js";
import { people } from "../flow/event.js";
import type { ChainModel, Lever } from "../fit/model.js";
import { replay } from "./replay.js";

/**
 * What one more would buy: the chain with one more reviewer, slot or window, against the chain as it is, over draws
 * of its measured figures.
 */
export interface Elevation {
  readonly lever: Lever;
  /** What is added: "one more reviewer in team-a". */
  readonly addition: string;
  /** Goal units a week that it adds: the middle of the draws, and the span of all but the outermost. */
  readonly perWeek: { readonly median: number; readonly low: number; readonly high: number };
}

const draws = 7;
const trial = { days: 70, warmUpDays: 14 };

export function elevationsOf(model: ChainModel, seed: number): Elevation[] {
  const trials = Array.from({ length: draws }, (_, i) => {
    const options = { ...trial, seed: seed + i };
    const chain = drawn(model, { seed: seed + i, mirrored: false });
    return { options, chain, today: replay(chain, options).valuePerDay };
  });
  return additionsTo(model).map(({ lever, addition, add }) => {
    const gains = trials
      .map(({ options, chain, today }) => 7 * (replay(add(chain), options).valuePerDay - today))
      .sort((a, b) => a - b);
    const at = (q: number) => gains[Math.round(q * (draws - 1))] ?? 0;
    return { lever, addition, perWeek: { median: at(0.5), low: at(0.1), high: at(0.9) } };
  });
}

interface Addition {
  readonly lever: Lever;
  readonly addition: string;
  readonly add: (model: ChainModel) => ChainModel;
}

function additionsTo(model: ChainModel): Addition[] {
  const words = {
    review: "one more reviewer",
    ci: "one more build slot",
    approval: "one more to sign off",
    queue: "one more merge slot",
  };
  const pools = model.pools.map((pool, index): Addition => ({
    lever: pool.station,
    addition:
      pool.station === "review" && pool.team !== people ? `${words.review} in ${pool.team}` : words[pool.station],
    add: (m) => ({ ...m, pools: m.pools.map((p, i) => (i === index ? { ...p, servers: p.servers + 1 } : p)) }),
  }));
  const author: Addition = {
    lever: "authoring",
    addition: "one more author",
    add: (m) => ({ ...m, authors: { ...m.authors, count: m.authors.count + 1 } }),
  };
  const window: Addition = {
    lever: "deploy",
    addition: "a deploy window twice as often",
    add: (m) => ({ ...m, deploy: m.deploy && { ...m.deploy, every: m.deploy.every / 2 } }),
  };
  return [...pools, author, ...(model.deploy ? [window] : [])];
}
