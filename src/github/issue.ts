import { z } from "zod";
import type { Effect, Outcome } from "../core/model/effect.js";
import type { OutboxRow } from "../engine/ports.js";
import type { Call } from "./call.js";
import { hasStatus } from "./fault.js";
import * as schema from "./schema.js";

type IssueEffect = Extract<Effect, { kind: "issue" }>;
type Ours = z.infer<typeof schema.ownIssueSchema>;

const bodyCharactersMax = 65_000;
const pageSize = 100;

/** Opens an issue, or edits the one that is there: known from the record, or found by its marker after a crash. */
export async function postIssue(
  effect: IssueEffect,
  { row, call }: { readonly row: OutboxRow; readonly call: Call },
): Promise<Outcome> {
  const body = `${marker(effect.topic)} -->\n${effect.body}`.slice(0, bodyCharactersMax);
  const ours = row.posted === null ? await openOfOurs(call) : [];
  const known = row.posted?.githubId ?? ours.find((i) => holds(i, `${marker(effect.topic)} -->`))?.number;
  const there = known !== undefined && (await edited(call, { issue_number: known, body })) ? known : null;
  const number = there ?? (await opened(call, { title: effect.title, body }));
  const { series } = effect;
  // Also when it was found: whoever opened it may have died before closing those before it.
  const earlier = series === null ? [] : ours.filter((i) => holds(i, marker(series)) && i.number !== number);
  for (const before of earlier) await edited(call, { issue_number: before.number, state: "closed" });
  return posted(effect, number);
}

async function opened(
  { octokit, at }: Call,
  issue: { readonly title: string; readonly body: string },
): Promise<number> {
  const made = await octokit.request("POST /repos/{owner}/{repo}/issues", { ...at, ...issue });
  return Number(made.data.number);
}

function posted(effect: IssueEffect, number: number): Outcome {
  return { kind: "posted", effect: effect.id, githubId: number };
}

/** Encoded, so that a branch's name can't end the comment; the beginning of a topic gives the beginning of its marker. */
function marker(topic: string): string {
  return `<!-- drumline:issue:${encodeURIComponent(topic)}`;
}

function holds(issue: Ours, begins: string): boolean {
  return issue.body?.startsWith(begins) === true;
}

async function openOfOurs({ octokit, at, login }: Call): Promise<readonly Ours[]> {
  const found = await octokit.request("GET /repos/{owner}/{repo}/issues", {
    ...at,
    creator: login,
    state: "open",
    per_page: pageSize,
  });
  return z
    .array(schema.ownIssueSchema)
    .parse(found.data)
    .filter((issue) => issue.user.type === "Bot");
}

/** False when the issue is gone: somebody deleted it. */
async function edited(
  { octokit, at }: Call,
  change: { readonly issue_number: number; readonly body?: string; readonly state?: "closed" },
): Promise<boolean> {
  try {
    await octokit.request("PATCH /repos/{owner}/{repo}/issues/{issue_number}", { ...at, ...change });
    return true;
  } catch (error) {
    if (hasStatus(error, 404) || hasStatus(error, 410)) return false;
    throw error;
  }
}
