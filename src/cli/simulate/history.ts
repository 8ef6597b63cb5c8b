import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { z } from "zod";
import { classify } from "../../core/classify/classify.js";
import type { Change, FileChange } from "../../core/model/change.js";
import type { Policy } from "../../core/policy/policy.js";
import type { Load } from "../../core/queue/simulation/world.js";
import { fileStatusOf } from "../../core/risk/change.js";
import { readPrior } from "../../core/risk/prior.js";
import { shippedPriorText } from "../../core/risk/prior-data.js";
import { newestCommits } from "../backtest/history.js";
import { readPatches } from "../backtest/patches.js";
import { replayHistory } from "../backtest/replay.js";
import { labelReverts } from "../backtest/reverts.js";
import { policyPaths } from "../check.js";
import { InputError } from "../input.js";
import { classifiedPatch, pastVerdict } from "../past-verdict.js";
import { readPolicyFile } from "../policy-file.js";
import { withBar } from "../progress.js";
import type { PastChange, Source } from "./source.js";

/** What one kind of history knows; the rest of a source comes from the kind of load it is played as. */
export type History = Pick<Source, "name" | "today" | "judge" | "assumed"> & {
  readonly changes: readonly PastChange[];
  /** What it tells of CI. */
  readonly measured: Partial<Pick<Load, "medianMinutes" | "sigma" | "flakeProbability" | "pass">>;
};

const landedForProposed =
  "A history of landed changes shows no waiting: each is taken to be proposed when it landed, and its checks' " +
  "outcome and length are drawn.";

const landedLine = z.looseObject({
  committed_at: z.number(),
  title: z.string().default(""),
  author: z.union([z.string(), z.number()]).default(""),
  is_bot: z.boolean().default(false),
  files: z.array(
    z.looseObject({
      path: z.string(),
      added: z.number().default(0),
      deleted: z.number().default(0),
      status: z.string().default("M"),
    }),
  ),
});
type LandedLine = z.infer<typeof landedLine>;

/**
 * The newest `count` of a file of landed changes, one JSON object a line, plain or gzip: `committed_at` in seconds,
 * `files` with `path`, and what else is known of them. @throws InputError that names file, line and field
 */
export async function historyFromFile(file: string, count: number): Promise<History> {
  const bytes = await readFile(file).catch((error: unknown) => {
    throw new InputError(`can't read ${file}: ${error instanceof Error ? error.message : String(error)}`);
  });
  const text = bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes).toString("utf8") : bytes.toString("utf8");
  const lines = text
    .split("\n")
    .flatMap((line, i) => (line.trim() === "" ? [] : [{ line, where: `${file}:${i + 1}` }]));
  const landed = lines
    .slice(-count)
    .map(({ line, where }) => ({ ...landedChange(line, where), id: where }))
    .sort((a, b) => a.committed_at - b.committed_at);
  return {
    name: file,
    changes: someOf(landed.map(({ id, committed_at: at, files }) => pastChange(id, { at, files }))),
    measured: {},
    today: null,
    judge: (policies) =>
      Promise.resolve(
        policies.map((policy) => new Map(landed.map((l) => [l.id, judgedWithoutDiff(l, policy)] as const))),
      ),
    assumed: [
      landedForProposed,
      "The file holds no diffs: policies judge its changes as of unknown reversibility and of the usual risk.",
    ],
  };
}

function landedChange(line: string, where: string): LandedLine {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new InputError(`${where}: not JSON`);
  }
  const parsed = landedLine.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new InputError(`${where}: ${issue?.path.join(".") || "the line"}: ${issue?.message ?? "unreadable"}`);
}

function judgedWithoutDiff(landed: LandedLine, policy: Policy) {
  const change: Change = {
    title: landed.title,
    body: "",
    labels: [],
    author: { login: String(landed.author), kind: landed.is_bot ? "bot" : "human" },
    files: landed.files.map(({ path, added, deleted, status }): FileChange => ({
      path,
      added,
      deleted,
      status: fileStatusOf(status),
      patch: { state: "missing", why: "not-sent" },
    })),
  };
  const risk = { score: usualRisk, level: "low" as const, why: [] };
  return pastVerdict({ change, classification: classify(change), risk, at: landed.committed_at * 1000 }, policy);
}

/** Share of changes that are taken out again, where nothing more is known. */
const usualRisk = 0.015;

/** The newest `count` of a clone's first-parent history, with their diffs for policies. @throws InputError */
export async function historyFromGit(folder: string, count: number): Promise<History> {
  const commits = await newestCommits(folder, count);
  const changes = someOf(commits.map(({ sha, at, files }) => pastChange(sha, { at, files })));
  const own = policyPaths.map((path) => join(folder, path)).find((path) => existsSync(path));
  return {
    name: folder,
    changes,
    measured: {},
    today: own === undefined ? null : readPolicyFile(own),
    judge: async (policies) => {
      const replayed = replayHistory(labelReverts(commits), readPrior(shippedPriorText)).all;
      const bySha = new Map(replayed.map((r) => [r.labelled.commit.sha, r]));
      const judged = policies.map(() => new Map<string, ReturnType<typeof pastVerdict>>());
      await withBar("judging by policy", async (progress) => {
        let done = 0;
        for await (const { sha, diff } of readPatches(folder, { since: null, newest: count })) {
          const past = bySha.get(sha);
          progress(++done, commits.length);
          if (!past) continue;
          const of = classifiedPatch({ ...past.change, body: past.labelled.commit.body }, diff);
          policies.forEach((policy, i) =>
            judged[i]?.set(sha, pastVerdict({ ...of, risk: past.risk, at: past.at }, policy)),
          );
        }
      });
      return judged;
    },
    assumed: [landedForProposed, "Policies judge with checks passed, no approval given yet, and no owners."],
  };
}

function pastChange(id: string, { at, files }: { at: number; files: readonly { path: string }[] }): PastChange {
  const paths = files.map((f) => f.path);
  return { id, proposedAt: at * 1000, judgedMinutes: null, paths, oneWay: null, good: null };
}

function someOf(changes: readonly PastChange[]): readonly PastChange[] {
  if (changes.length === 0) throw new InputError("the history holds no change");
  return changes;
}
