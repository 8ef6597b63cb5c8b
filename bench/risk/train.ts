import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { features } from "../../src/core/risk/features.js";
import type { RiskPrior, StoredPrior } from "../../src/core/risk/prior.js";
import type { Trees } from "../../src/core/risk/trees.js";
import { readRepos } from "./data.js";
import { fitLogistic } from "./fit-logistic.js";
import type { Sample, TreeSettings } from "./fit-trees.js";
import { fitTrees } from "./fit-trees.js";
import type { RepoMatrix } from "./matrix.js";
import { matrixOf } from "./matrix.js";
import { seededRandom } from "../../src/sandbox/random.js";

/** `npm run bench -- risk-train --data DIR --out FILE`: fits the coefficients that the program ships. */
export function run(args: readonly string[]): void {
  const { values } = parseArgs({ args: [...args], options: { data: { type: "string" }, out: { type: "string" } } });
  if (values.data === undefined || values.out === undefined) {
    process.stderr.write("usage: npm run bench -- risk-train --data DIR --out src/core/risk/prior-data.ts\n");
    process.exitCode = 2;
    return;
  }
  const repos = readRepos(values.data).map((repo) => {
    process.stderr.write(`reading ${repo.name}\n`);
    return matrixOf(repo);
  });
  process.stderr.write("fitting\n");
  writeFileSync(values.out, priorModule(fitPrior(repos)));
}

const treeSettings: TreeSettings = {
  trees: 120,
  depth: 3,
  rate: 0.05,
  ridge: 5,
  leafMin: 3,
  rowShare: 0.7,
  columnShare: 0.3,
};
const lineRidge = 150;
const seeds = [3, 4];

/** The same repositories give the same coefficients, digit by digit. */
export function fitPrior(repos: readonly RepoMatrix[]): RiskPrior {
  const sample = sampleOf(repos);
  const fits = seeds.map((seed) => fitTrees(sample, { settings: treeSettings, random: seededRandom(seed) }));
  return { line: fitLogistic(sample, { ridge: lineRidge }), trees: joined(fits), forests: fits.length };
}

/** Changes by people only; what is learned is how a change differs from its repository's base rate. */
function sampleOf(repos: readonly RepoMatrix[]): Sample {
  const rate = features.findIndex((f) => f.name === "baseRate");
  const used = repos.flatMap((repo) =>
    repo.rows.flatMap((row, i) => (repo.counted[i] ? [{ row, label: repo.labels[i] ?? 0 }] : [])),
  );
  return {
    rows: used.map((u) => u.row),
    labels: used.map((u) => u.label),
    weights: used.map(() => 1),
    offset: used.map((u) => u.row[rate] ?? 0),
  };
}

function joined(fits: readonly Trees[]): Trees {
  const all = { feature: [] as number[], threshold: [] as number[], left: [] as number[], roots: [] as number[] };
  for (const fit of fits) {
    const shift = all.feature.length;
    all.feature.push(...fit.feature);
    all.threshold.push(...fit.threshold);
    all.left.push(...fit.left.map((l) => l + shift));
    all.roots.push(...fit.roots.map((r) => r + shift));
  }
  return all;
}

function priorModule(prior: RiskPrior): string {
  const stored: StoredPrior = { features: features.map((f) => f.name), ...prior };
  const text = JSON.stringify(stored, (_key, value: unknown) =>
    typeof value === "number" ? Number(value.toPrecision(4)) : value,
  );
  return (
    "/** Made by `npm run bench -- risk-train`; docs/risk.md says from what. JSON, because a program reads it faster than code. */\n" +
    `export const shippedPriorText =\n  '${text}';\n`
  );
}
