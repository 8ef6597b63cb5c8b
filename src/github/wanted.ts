import { z } from "zod";
import type { LabelEvent } from "../core/facts/facts.js";
import { read, type Read } from "../core/model/read.js";
import { pageSize, type Cache } from "./cache.js";
import { resourceKeys } from "./keys.js";
import * as schema from "./schema.js";

/** Deployments tell us when they change, so that what was read is believed for long, in milliseconds. */
const believedMs = 15 * 60_000;

/** An entry of an issue's events, when it speaks of a label. */
export function labelEvent(found: z.infer<typeof schema.issueEventSchema>): LabelEvent[] {
  if (!found.label || (found.event !== "labeled" && found.event !== "unlabeled")) return [];
  return [
    {
      label: found.label.name,
      by: found.actor?.login ?? null,
      now: found.event === "labeled" ? "on" : "off",
      at: found.created_at,
    },
  ];
}

/** GitHub lists deployments and their statuses newest first: the first is how things are. */
export async function deployedTo(
  sha: string,
  { cache, at, environments }: { cache: Cache; at: { owner: string; repo: string }; environments: readonly string[] },
): Promise<Read<readonly string[]>> {
  const deployments = await cache(resourceKeys.deployments(sha), believedMs, {
    path: "GET /repos/{owner}/{repo}/deployments",
    parameters: { ...at, sha, per_page: pageSize },
    parse: (body) => z.array(schema.deploymentSchema).parse(body),
    join: (pages) => pages.flat(),
  });
  if (deployments.state !== "read") return deployments;
  const well: string[] = [];
  for (const environment of environments) {
    const last = deployments.value.find((d) => d.environment === environment);
    if (!last) continue;
    const state = await cache(resourceKeys.deployment(last.id), believedMs, {
      path: "GET /repos/{owner}/{repo}/deployments/{deployment_id}/statuses",
      parameters: { ...at, deployment_id: last.id, per_page: 1 },
      parse: (body) => z.array(schema.deploymentStatusSchema).parse(body)[0]?.state ?? "pending",
    });
    if (state.state === "unreadable") return state;
    if (state.state === "read" && state.value === "success") well.push(environment);
  }
  return read(well);
}
