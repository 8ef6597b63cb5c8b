import type { GroupMember, LineEffect, Outcome } from "../core/model/effect.js";
import type { Instant, Sha } from "../core/model/ids.js";
import { read } from "../core/model/read.js";
import type { Answer } from "../engine/ports.js";
import { z } from "zod";
import type { Call } from "./call.js";
import { hasStatus } from "./fault.js";
import { resourceKeys } from "./keys.js";
import { refPath } from "./read.js";
import { commitSchema, shaSchema } from "./schema.js";

type Build = Extract<LineEffect, { kind: "build" }>;
type Compose = Extract<LineEffect, { kind: "compose" }>;
type Land = Extract<LineEffect, { kind: "land" }>;

/**
 * Merges the members' recorded heads, in order, onto the base and shows the result to CI on the group's branch.
 * The merges happen on a staging branch that CI doesn't watch, so that a group costs one run and not one a member.
 * Repeating it makes another commit with the same tree: harmless, the record of the last one counts.
 */
export async function buildGroup(effect: Build, call: Call): Promise<Outcome> {
  if (effect.members.length === 0) return await buildBase(effect, call);
  const merged = (await mergeAsLeft(effect, call)) ?? (await mergeAnew(effect, call));
  if (merged.kind === "conflict")
    return { kind: "build-conflict", effect: effect.id, group: effect.group, number: merged.number };
  if (merged.kind !== "merged") {
    const why = whyNotMerged(merged);
    return { kind: "refused", effect: effect.id, group: effect.group, why };
  }
  const { sha, tree } = merged;
  await call.store.keep(call.repo, [stagingLeft(effect, { sha, now: call.now() })]);
  await pointBranch(effect.branch, sha, call);
  return { kind: "built", effect: effect.id, group: effect.group, sha, tree, onto: effect.onto };
}

/**
 * The base by itself for CI to look at: a commit of its own with the base's tree, because CI may have judged the base's
 * own commit long ago, and what it said then would count at once.
 */
async function buildBase(effect: Build, call: Call): Promise<Outcome> {
  const base = await call.octokit.request("GET /repos/{owner}/{repo}/git/commits/{commit_sha}", {
    ...call.at,
    commit_sha: effect.onto,
  });
  const made = await call.octokit.request("POST /repos/{owner}/{repo}/git/commits", {
    ...call.at,
    message: `Test ${effect.branch} without any change on it\n\nAttempt ${effect.attempt}, ${effect.group}`,
    tree: base.data.tree.sha,
    parents: [effect.onto],
  });
  const [sha, tree] = [shaSchema.parse(made.data.sha), shaSchema.parse(made.data.tree.sha)];
  await pointBranch(effect.branch, sha, call);
  return { kind: "built", effect: effect.id, group: effect.group, sha, tree, onto: effect.onto };
}

/**
 * Merges the members of a group that passed onto the base as it stands, on the staging branch. CI never sees it, so it
 * counts only when every step shows the parent that it should have: nothing but these members came upon the base.
 * Repeating it makes another commit with the same tree, and the record of the last one counts.
 */
export async function composeGroup(effect: Compose, call: Call): Promise<Outcome> {
  const merged = await mergeAnew(effect, call);
  if (merged.kind !== "merged" || merged.onto !== effect.onto)
    return { kind: "refused", effect: effect.id, group: effect.group, why: whyNotMerged(merged) };
  const { sha, tree } = merged;
  await call.store.keep(call.repo, [stagingLeft(effect, { sha, now: call.now() })]);
  return { kind: "composed", effect: effect.id, group: effect.group, sha, tree, onto: effect.onto };
}

function whyNotMerged(merged: Merged): string {
  switch (merged.kind) {
    case "conflict":
      return `#${merged.number} conflicts with what landed meanwhile`;
    case "gone":
      return `the head of #${merged.number} is gone`;
    case "nothing-to-do":
      return "the base holds all of it already";
    case "merged":
    case "moved":
      return "somebody else moved the staging branch";
  }
}

type Merged =
  | { readonly kind: "merged"; readonly sha: Sha; readonly tree: Sha; readonly onto: Sha | null }
  | { readonly kind: "conflict" | "gone"; readonly number: GroupMember["number"] }
  /** Between two merges somebody else came onto the staging branch. */
  | { readonly kind: "moved" }
  | { readonly kind: "nothing-to-do" };

type Merging = Pick<Build, "staging" | "onto" | "members"> & Partial<Pick<Build, "attempt"> & Pick<Compose, "parts">>;

/**
 * After a landing the staging branch stands where the next group begins, so it need not be moved. What was made counts
 * only when it shows the right parent: the branch may have been moved since. Null: begin anew.
 */
async function mergeAsLeft(effect: Build, call: Call): Promise<Merged | null> {
  const key = resourceKeys.staging(effect.staging);
  const left = (await call.store.resources(call.repo, [key])).get(key)?.body;
  if (left !== effect.onto) return null;
  const merged = await mergeMembers(effect, call);
  return merged.kind === "merged" && merged.onto === effect.onto ? merged : null;
}

function stagingLeft(effect: Pick<Build, "staging">, { sha, now }: { sha: Sha; now: Instant }): Answer {
  return { key: resourceKeys.staging(effect.staging), etag: null, body: sha, fetchedAt: now };
}

async function mergeAnew(effect: Merging, call: Call): Promise<Merged> {
  await pointBranch(effect.staging, effect.onto, call);
  return await mergeMembers(effect, call);
}

async function mergeMembers(effect: Merging, call: Call): Promise<Merged> {
  let built: Extract<Merged, { kind: "merged" }> | null = null;
  for (const member of effect.members) {
    const merged = await mergeMember(member, { effect, call });
    if (merged === "conflict" || merged === "gone") return { kind: merged, number: member.number };
    if (merged === "nothing-to-do") continue;
    if (built && firstParent(merged) !== built.sha) return { kind: "moved" };
    built = { kind: "merged", ...commitAndTree(merged), onto: built ? built.onto : firstParent(merged) };
  }
  return built ?? { kind: "nothing-to-do" };
}

async function mergeMember(
  member: GroupMember,
  { effect, call }: { effect: Merging; call: Call },
): Promise<z.infer<typeof commitSchema> | "conflict" | "gone" | "nothing-to-do"> {
  try {
    const response = await call.octokit.request("POST /repos/{owner}/{repo}/merges", {
      ...call.at,
      base: effect.staging,
      head: member.headSha,
      commit_message: mergeMessage(member, effect),
    });
    return (response.status as number) === 204 ? "nothing-to-do" : commitSchema.parse(response.data);
  } catch (error) {
    if (hasStatus(error, 409)) return "conflict";
    if (hasStatus(error, 404)) return "gone";
    throw error;
  }
}

/** Makes the branch stand at the commit, whether or not it was there. */
async function pointBranch(branch: string, sha: Sha, { octokit, at }: Call): Promise<void> {
  try {
    await octokit.request(`PATCH /repos/{owner}/{repo}/git/refs/heads/${refPath(branch)}`, { ...at, sha, force: true });
  } catch (error) {
    if (!hasStatus(error, 422) && !hasStatus(error, 404)) throw error;
    await octokit.request("POST /repos/{owner}/{repo}/git/refs", { ...at, ref: `refs/heads/${branch}`, sha });
  }
}

/**
 * Fast-forwards the base to exactly the tested commit, or the composed one. GitHub refuses a ref update that is no
 * fast-forward, and that commit was built onto `from`, so a base that moved meanwhile is never overwritten. Then the branch is read
 * back: its tree must be the one that was tested.
 */
export async function landGroup(effect: Land, call: Call & { readonly retried: boolean }): Promise<Outcome> {
  const refused = (why: string): Outcome => ({ kind: "refused", effect: effect.id, group: effect.group, why });
  const branch = resourceKeys.branch(effect.base);
  const before = await baseSha(effect.base, call);
  if (before !== effect.to) {
    if (before !== effect.from) {
      if (call.retried && (await contains(effect, call))) return landed(effect);
      return refused(`${effect.base} stands at ${before.slice(0, 12)}, not at ${effect.from.slice(0, 12)}`);
    }
    // Our own push is no signal, so until it was read back nobody may believe what was read before it.
    await call.store.markStale(call.repo, [branch]);
    try {
      await call.octokit.request(`PATCH /repos/{owner}/{repo}/git/refs/heads/${refPath(effect.base)}`, {
        ...call.at,
        sha: effect.to,
        force: false,
      });
    } catch (error) {
      if (hasStatus(error, 422) || hasStatus(error, 409))
        return refused(`GitHub refused to move ${effect.base}: ${error instanceof Error ? error.message : ""}`);
      throw error;
    }
  }
  const readAt = call.now();
  const after = await call.octokit.request("GET /repos/{owner}/{repo}/commits/{ref}", {
    ...call.at,
    ref: `heads/${effect.base}`,
  });
  const found = commitAndTree(commitSchema.parse(after.data));
  if (found.sha === effect.to && found.tree !== effect.tree)
    return { kind: "wrong-tree", effect: effect.id, group: effect.group, expected: effect.tree, found: found.tree };
  if (found.sha !== effect.to && !(await contains(effect, call)))
    return refused(`${effect.base} moved on to ${found.sha.slice(0, 12)} without the group`);
  await call.store.keep(call.repo, [{ key: branch, etag: null, body: read(found.sha), fetchedAt: readAt }]);
  return landed(effect);
}

function landed(effect: Land): Outcome {
  return { kind: "landed", effect: effect.id, group: effect.group, sha: effect.to, tree: effect.tree };
}

async function baseSha(base: string, { octokit, at }: Call): Promise<Sha> {
  const response = await octokit.request(`GET /repos/{owner}/{repo}/git/ref/heads/${refPath(base)}`, { ...at });
  return z.looseObject({ object: z.looseObject({ sha: shaSchema }) }).parse(response.data).object.sha;
}

/** Is the tested commit an ancestor of the base: did an attempt that we have no answer of land it? */
async function contains(effect: Land, { octokit, at }: Call): Promise<boolean> {
  const compared = await octokit.request("GET /repos/{owner}/{repo}/compare/{basehead}", {
    ...at,
    basehead: `${effect.to}...${effect.base}`,
  });
  return compared.data.status === "ahead" || compared.data.status === "identical";
}

function commitAndTree(commit: z.infer<typeof commitSchema>): { sha: Sha; tree: Sha } {
  return { sha: commit.sha, tree: commit.commit.tree.sha };
}

function firstParent(commit: z.infer<typeof commitSchema>): Sha | null {
  return commit.parents[0]?.sha ?? null;
}

/**
 * The merge commit's message. Words in a title that keep CI from starting (GitHub's "Skipping workflow runs") would leave
 * the group without a verdict for ever: they lose their brackets. A later attempt says which it is: the same heads merged
 * within the same second with the same words would be the same commit, whose old verdict would count once more. A merge
 * that no CI saw says of what it is composed.
 */
export function mergeMessage(
  member: GroupMember,
  { attempt = 1, parts }: { readonly attempt?: number; readonly parts?: readonly string[] },
): string {
  const title = member.title.replace(/\[(skip ci|ci skip|no ci|skip actions|actions skip)\]/gi, "($1)");
  const again = attempt > 1 ? `\n\nAttempt ${attempt}` : "";
  const composed = parts ? `\n\nComposed of parts that were each tested: ${parts.join(", ")}` : "";
  return `Merge pull request #${member.number} from ${member.headRef}\n\n${title.replace(/[\r\n]+/g, " ")}${again}${composed}`;
}
