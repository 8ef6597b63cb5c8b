import { z } from "zod";
import type { Effect, Outcome } from "../core/model/effect.js";
import { labelLook } from "../core/explain/labels.js";
import type { GitHubWriter, OutboxRow, Try } from "../engine/ports.js";
import { attempt, hasStatus } from "./fault.js";
import type { Call, WriterOptions } from "./call.js";
import { postIssue } from "./issue.js";
import { buildGroup, composeGroup, landGroup } from "./landing.js";
import { resourceKeys } from "./keys.js";
import * as schema from "./schema.js";

/** The check run's name: one on each head. */
export const checkName = "Drumline";
/** GitHub takes at most this many annotations in one request. */
const annotationsMax = 50;
const textCharactersMax = 65_000;

/** The one interpreter of effects: each is safe to repeat, and refuses when its precondition no longer holds. */
export function writerOf(options: WriterOptions): GitHubWriter {
  const [owner = "", repo = ""] = options.repo.split("/");
  const call: Call = { ...options, at: { owner, repo } };
  return {
    perform: async (row: OutboxRow): Promise<Try<Outcome>> =>
      await attempt(async () => await perform(row, call), options.now),
  };
}

async function perform(row: OutboxRow, call: Call): Promise<Outcome> {
  const { effect } = row;
  switch (effect.kind) {
    case "build":
      return await buildGroup(effect, call);
    case "compose":
      return await composeGroup(effect, call);
    case "land":
      return await landGroup(effect, { ...call, retried: row.attempts > 0 });
    case "retarget":
      return await retarget(effect, call);
    case "check":
      return await postCheck(effect, { row, call });
    case "labels":
      return await setLabels(effect, call);
    case "comment":
      return await postComment(effect, { row, call });
    case "issue":
      return await postIssue(effect, { row, call });
  }
}

type Of<K extends Effect["kind"]> = Extract<Effect, { kind: K }>;
interface Posting {
  readonly row: OutboxRow;
  readonly call: Call;
}

async function postCheck(effect: Of<"check">, { row, call }: Posting): Promise<Outcome> {
  const { octokit, at } = call;
  const content = {
    status: effect.status,
    ...(effect.conclusion !== null && { conclusion: effect.conclusion }),
    output: {
      title: effect.title,
      summary: effect.summary.slice(0, textCharactersMax),
      annotations: effect.annotations.slice(0, annotationsMax).map((a) => ({
        path: a.path,
        start_line: a.line,
        end_line: a.line,
        annotation_level: a.level,
        title: a.title,
        message: a.message,
      })),
    },
  };
  const known = row.posted?.headSha === effect.headSha ? row.posted.githubId : await findCheck(effect, { row, call });
  if (known !== null) {
    await octokit.request("PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}", {
      ...at,
      check_run_id: known,
      ...content,
    });
    return { kind: "posted", effect: effect.id, githubId: known };
  }
  const made = await octokit.request("POST /repos/{owner}/{repo}/check-runs", {
    ...at,
    name: checkName,
    head_sha: effect.headSha,
    external_id: String(effect.number),
    ...content,
  });
  return { kind: "posted", effect: effect.id, githubId: Number(made.data.id) };
}

/** After a crash the check may exist though we have no record of it: look before making a second one. */
async function findCheck(effect: Of<"check">, { row, call }: Posting): Promise<number | null> {
  if (row.attempts === 0) return null;
  const found = await call.octokit.request("GET /repos/{owner}/{repo}/commits/{ref}/check-runs", {
    ...call.at,
    ref: effect.headSha,
    check_name: checkName,
  });
  const run = found.data.check_runs.find((r) => r.app?.id === call.appId);
  return run ? Number(run.id) : null;
}

async function retarget(effect: Of<"retarget">, { octokit, at }: Call): Promise<Outcome> {
  const pull = { ...at, pull_number: effect.number };
  const found = schema.pullSchema.parse(
    (await octokit.request("GET /repos/{owner}/{repo}/pulls/{pull_number}", pull)).data,
  );
  if (found.base.ref !== effect.from && found.base.ref !== effect.to)
    return {
      kind: "refused",
      effect: effect.id,
      group: null,
      why: `#${effect.number} now points at ${found.base.ref}`,
    };
  if (found.base.ref !== effect.to)
    await octokit.request("PATCH /repos/{owner}/{repo}/pulls/{pull_number}", { ...pull, base: effect.to });
  return { kind: "retargeted", effect: effect.id, number: effect.number };
}

async function setLabels(effect: Of<"labels">, call: Call): Promise<Outcome> {
  const { octokit, at } = call;
  const issue = { ...at, issue_number: effect.number };
  for (const name of effect.add) await ensureLabel(name, call);
  if (effect.add.length > 0)
    await octokit.request("POST /repos/{owner}/{repo}/issues/{issue_number}/labels", {
      ...issue,
      labels: [...effect.add],
    });
  for (const name of effect.remove) {
    await gone(octokit.request("DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels/{name}", { ...issue, name }));
  }
  return { kind: "posted", effect: effect.id, githubId: null };
}

/** Labels get their colour and description once; one that people made or changed is left as it is. */
async function ensureLabel(name: string, { octokit, at, store, repo, now }: Call): Promise<void> {
  const key = resourceKeys.label(name);
  if ((await store.resources(repo, [key])).has(key)) return;
  const look = labelLook(name);
  try {
    await octokit.request("POST /repos/{owner}/{repo}/labels", {
      ...at,
      name,
      color: look.color,
      description: look.description,
    });
  } catch (error) {
    if (!hasStatus(error, 422)) throw error;
  }
  await store.keep(repo, [{ key, etag: null, body: true, fetchedAt: now() }]);
}

async function postComment(effect: Of<"comment">, { row, call }: Posting): Promise<Outcome> {
  const { octokit, at } = call;
  const marker = commentMarker(effect.number);
  const body = `${marker}\n${effect.body}`.slice(0, textCharactersMax);
  const known = row.posted?.githubId ?? (await findComment(effect, { row, call }));
  if (known !== null) {
    const edited = await gone(
      octokit.request("PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}", { ...at, comment_id: known, body }),
    );
    if (edited) return { kind: "posted", effect: effect.id, githubId: known };
  }
  const made = await octokit.request("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", {
    ...at,
    issue_number: effect.number,
    body,
  });
  return { kind: "posted", effect: effect.id, githubId: Number(made.data.id) };
}

function commentMarker(number: number): string {
  return `<!-- drumline:work-unit:${number} -->`;
}

async function findComment(effect: Of<"comment">, { row, call }: Posting): Promise<number | null> {
  if (row.attempts === 0) return null;
  const marker = commentMarker(effect.number);
  const found = await call.octokit.request("GET /repos/{owner}/{repo}/issues/{issue_number}/comments", {
    ...call.at,
    issue_number: effect.number,
    per_page: 100,
  });
  return (
    z
      .array(schema.commentSchema)
      .parse(found.data)
      .find((c) => c.body?.startsWith(marker) && c.user.type === "Bot")?.id ?? null
  );
}

/** True when it was done, false when its object is gone (somebody deleted it). */
async function gone(call: Promise<unknown>): Promise<boolean> {
  try {
    await call;
    return true;
  } catch (error) {
    if (hasStatus(error, 404)) return false;
    throw error;
  }
}
