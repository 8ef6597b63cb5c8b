import type { PullFacts } from "../core/facts/facts.js";
import type { Login } from "../core/model/ids.js";
import { read, type Read } from "../core/model/read.js";
import type { PolicyReads } from "../core/policy/reads.js";
import type { GitHubReader, LabelEvent, Listed, Witness } from "./ports.js";

/** What only some policies ask about a pull request. Nothing is read for one that doesn't ask. */
export async function wantedFacts(
  reader: GitHubReader,
  pull: Listed,
  { wants, witnesses }: { wants: PolicyReads; witnesses: readonly Witness[] },
): Promise<Pick<PullFacts, "labelledBy" | "deployedTo">> {
  const labels = pull.labels.filter(wants.setterOf);
  const [labelledBy, deployedTo] = await Promise.all([
    labels.length === 0 ? undefined : settersOf(reader, { pull, labels, witnesses }),
    wants.environments.length === 0 ? undefined : reader.deployedTo(pull.headSha, wants.environments),
  ]);
  return { ...(labelledBy && { labelledBy }), ...(deployedTo && { deployedTo }) };
}

/** Who put these labels on: by the webhooks that we saw, and by GitHub's own list when one of them was lost. */
async function settersOf(
  reader: GitHubReader,
  { pull, labels, witnesses }: { pull: Listed; labels: readonly string[]; witnesses: readonly Witness[] },
): Promise<Read<Readonly<Record<string, Login>>>> {
  const seen = lastSetters(witnesses.filter((w) => w.kind === "label"));
  if (labels.every((label) => seen.has(label))) return read(among(labels, seen));
  const listed = await reader.labelEvents(pull.number);
  return listed.state === "read" ? read(among(labels, lastSetters(listed.value))) : listed;
}

/** By label, who put it on last; a label that was last taken off has nobody. */
function lastSetters(events: readonly LabelEvent[]): ReadonlyMap<string, Login> {
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
