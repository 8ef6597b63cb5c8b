import type { Finding } from "../finder/finder.js";
import type { Lever } from "../fit/model.js";
import { levers } from "../fit/model.js";

/** Why a finding says what it says, in words and figures, and what would change its mind. */
export interface Evidence {
  readonly summary: string;
  /** Percent of delivered value that a fifth more of each lever would add. */
  readonly gainsPercent: Readonly<Partial<Record<Lever, number>>>;
  /** The figures the verdict hangs on, as they were measured. */
  readonly measured: readonly string[];
  readonly changesItsMind: string;
}

/** Gains below this are noise to a reader. */
const worthShowing = 0.005;

export function evidenceOf(finding: Finding): Evidence {
  const { gains, model } = finding;
  const ranked = [...levers].sort((a, b) => gains[b] - gains[a]).filter((l) => gains[l] >= worthShowing);
  const [best, second] = ranked;
  return {
    summary: best
      ? `A fifth more ${nameOf(best)} would deliver ${percent(gains[best])} more value.`
      : "A fifth more of any one thing would deliver nothing worth having.",
    gainsPercent: Object.fromEntries(ranked.map((l) => [l, Math.round(1000 * gains[l]) / 10])),
    measured: model ? measuredIn(finding) : ["Nothing has passed a station yet."],
    changesItsMind: mindOf(finding, { best, second }),
  };
}

export function nameOf(lever: Lever): string {
  const names: Record<Lever, string> = {
    authoring: "authors' time",
    ci: "build capacity",
    review: "review capacity",
    approval: "sign-off capacity",
    queue: "merge queue capacity",
    deploy: "room in deploy windows",
    demand: "demand",
    dark: "capacity outside what events show",
  };
  return names[lever];
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

function measuredIn({ model }: Finding): string[] {
  if (!model) return [];
  const figure = (x: number) => (x >= 100 ? x.toFixed(0) : x.toFixed(1));
  return [
    `people start ${figure(model.demand.mean)} changes a working day if they can (± ${figure(model.demand.error)})`,
    `${model.authors.count} authors, ${figure(model.authors.work.mean)} min of writing a change, at most ${model.authors.wip} open each`,
    ...model.machines.map((m) => `${m.kind}s open ${figure(m.perDay.mean)} changes a day`),
    ...model.pools.map((p) => {
      const team = p.team === p.station ? "" : ` (${p.team})`;
      return `${p.station}${team}: ${p.servers} at work, ${figure(p.work.mean)} ± ${figure(p.work.error)} min a visit`;
    }),
    ...(model.dark ? [`${figure(model.dark.work.mean / 60)} h that no event explains`] : []),
    ...(model.deploy
      ? [
          `a deploy every ${figure(model.deploy.every / 60)} h takes ` +
            (model.deploy.batch === null ? "all there is" : `at most ${model.deploy.batch}`),
        ]
      : []),
  ];
}

function mindOf(
  finding: Finding,
  of: { readonly best: Lever | undefined; readonly second: Lever | undefined },
): string {
  const { best, second } = of;
  if (!best) return "any lever that would deliver 2 % more.";
  const rival = second ? `${nameOf(second)}, now ${percent(finding.gains[second])},` : "another lever";
  return `${rival} buying more than ${percent(finding.gains[best])}; or nobody waiting for ${nameOf(best)} any more.`;
}
