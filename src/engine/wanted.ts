import type { LabelEvent, PullFacts } from "../core/facts/facts.js";
import { readAffected } from "../core/line/affected.js";
import type { Login } from "../core/model/ids.js";
import { read, type Read } from "../core/model/read.js";
import type { CheckName } from "../core/policy/policy.js";
import type { PolicyReads } from "../core/policy/reads.js";
import type { GitHubReader, Listed, Witness } from "./ports.js";

/** What only some policies ask about a pull request. Nothing is read for one that doesn't ask. */
export async function wantedFacts(
  reader: GitHubReader,
  pull: Listed,
  { wants, witnesses }: { wants: PolicyReads; witnesses: readonly Witness[] },
): Promise<Pick<PullFacts, "labelledBy" | "deployedTo" | "affected">> {
  const labels = pull.labels.filter(wants.setterOf);
  const [labelledBy, deployedTo, affected] = await Promise.all([
    labels.length === 0 ? undefined : settersOf(reader, { pull, labels, witnesses }),
    wants.environments.length === 0 ? undefined : reader.deployedTo(pull.headSha, wants.environments),
    wants.affected === null ? undefined : affectedBy(reader, pull, wants.affected),
  ]);
  return { ...(labelledBy && { labelledBy }), ...(deployedTo && { deployedTo }), ...(affected && { affected }) };
}

/** What CI says that the head affects: its whole text is read here, and only the targets are kept. */
async function affectedBy(
  reader: GitHubReader,
  { headSha }: Listed,
  check: CheckName,
): Promise<Read<readonly string[]>> {
  const report = await reader.report(headSha, check);
  return report.state === "read" ? readAffected(report.value) : report;
}

/**
 * Who put these labels on: by the webhooks that we saw, and by GitHub's own list when one of them was lost or they don't
 * say which came last.
 */
async function settersOf(
  reader: GitHubReader,
  { pull, labels, witnesses }: { pull: Listed; labels: readonly string[]; witnesses: readonly Witness[] },
): Promise<Read<Readonly<Record<string, Login>>>> {
  const events = witnesses.filter((w) => w.kind === "label");
  const seen = lastSetters(events);
  for (const label of ambiguous(events)) seen.delete(label);
  if (labels.every((label) => seen.has(label))) return read(among(labels, seen));
  const listed = await reader.labelEvents(pull.number);
  return listed.state === "read" ? read(among(labels, lastSetters(listed.value))) : listed;
}

/** GitHub tells seconds, and webhooks come in any order: of changes within one second nobody knows which was the last. */
function ambiguous(events: readonly LabelEvent[]): readonly string[] {
  const latest = new Map<string, { at: number; count: number }>();
  for (const { label, at } of events) {
    const known = latest.get(label);
    if (!known || at > known.at) latest.set(label, { at, count: 1 });
    else if (at === known.at) latest.set(label, { at, count: known.count + 1 });
  }
  return [...latest].filter(([, { count }]) => count > 1).map(([label]) => label);
}

/** By label, who put it on last; a label that was last taken off has nobody. Of one second the later listed counts. */
function lastSetters(events: readonly LabelEvent[]): Map<string, Login> {
  const setters = new Map<string, Login>();
  for (const { label, by, now } of [...events].sort((a, b) => a.at - b.at)) {
    if (now === "on" && by !== null) setters.set(label, by);
    else setters.delete(label);
  }
  return setters;
}

function among(labels: readonly string[], setters: ReadonlyMap<string, Login>): Record<string, Login> {
  return Object.fromEntries(
    labels.flatMap((label) => {
      const by = setters.get(label);
      return by === undefined ? [] : [[label, by] as const];
    }),
  );
}
