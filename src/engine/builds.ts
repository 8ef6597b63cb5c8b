import type { CheckFacts, Facts } from "../core/facts/facts.js";
import { concerned, type BuildRules } from "../core/line/groups.js";
import { read, type Read } from "../core/model/read.js";
import type { QueueState } from "../core/queue/state.js";
import { eachLimited } from "./each.js";
import type { GitHubReader } from "./ports.js";

/** Failed check runs of one commit that are asked what they say of themselves. */
export const askedMax = 10;

type Concern = Pick<BuildRules, "required" | "optional">;

/** What CI says on the commits that are being tested. One that failed is asked why, once: its group leaves the test. */
export async function buildFacts(
  reader: GitHubReader,
  { state, rules }: { state: QueueState; rules: Concern },
): Promise<Facts["builds"]> {
  const shas = state.groups.flatMap((g) => (g.phase.kind === "testing" ? [g.phase.sha] : []));
  const found = await eachLimited(shas, async (sha) => {
    const checks = await reader.checks(sha);
    return [sha, checks.state === "read" ? await withWords(checks, { reader, rules }) : checks] as const;
  });
  return Object.fromEntries(found);
}

async function withWords(
  checks: Extract<Read<readonly CheckFacts[]>, { state: "read" }>,
  { reader, rules }: { reader: GitHubReader; rules: Concern },
): Promise<Read<readonly CheckFacts[]>> {
  const asked = new Set(
    concerned(checks.value, rules)
      .filter((c) => c.failed !== undefined && c.failed.annotations > 0)
      .slice(0, askedMax),
  );
  if (asked.size === 0) return checks;
  const told = await eachLimited(checks.value, async (check) => {
    if (!check.failed || !asked.has(check)) return check;
    return { ...check, failed: { ...check.failed, said: await reader.annotations(check.failed.id) } };
  });
  return read(told);
}
