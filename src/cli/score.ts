import type { Command } from "commander";
import { z } from "zod";
import type { ScoredChange } from "../core/risk/change.js";
import { fileStatusOf } from "../core/risk/change.js";
import { readPrior } from "../core/risk/prior.js";
import { shippedPriorText } from "../core/risk/prior-data.js";
import { riskOf } from "../core/risk/score.js";
import type { RiskState } from "../core/risk/state.js";
import { assess, initialRiskState, learn, learnLanding } from "../core/risk/state.js";
import { LineError, serveLines } from "./lines.js";

export function register(program: Command): void {
  program
    .command("score")
    .description("the risk of each landed change, learned from the outcomes so far and never from later ones")
    .requiredOption("--stdio", "changes and outcomes in time order, one a line on stdin, one answer a line on stdout")
    .addHelpText("after", help)
    .action(async () => {
      const state = initialRiskState(readPrior(shippedPriorText));
      await serveLines((line) => answer(state, line));
    });
}

/** A change is scored first and learned after, so that its score knows only what came before it. */
export function answer(state: RiskState, line: Readonly<Record<string, unknown>>): unknown {
  switch (line["type"]) {
    case "change": {
      const { at, change } = readChange(line);
      const assessment = assess(state, { change, at });
      const { score, why } = riskOf(state, { assessment });
      learnLanding(state, { assessment, at });
      return { id: line["id"], score, why };
    }
    case "outcome": {
      const outcome = parsed(outcomeLine, line);
      learn(state, { type: "harmed", id: String(outcome.id), at: outcome.at * 1000 });
      return { ok: true };
    }
    default:
      throw new LineError("bad-type", 'a line\'s type is "change" or "outcome"');
  }
}

const id = z.union([z.string(), z.number()]);
const lines = z.number().nonnegative();
const changeLine = z.object({
  id,
  at: z.number(),
  author: z.union([z.string(), z.number()]).nullish(),
  is_bot: z.boolean().default(false),
  title: z.string().default(""),
  files: z
    .array(
      z.object({
        path: z.string(),
        added: lines.default(0),
        deleted: lines.default(0),
        status: z.string().default("M"),
      }),
    )
    .default([]),
  n_files: z.number().nonnegative().optional(),
  added: lines.optional(),
  deleted: lines.optional(),
});
const outcomeLine = z.object({ id, at: z.number(), kind: z.string().optional() });

function readChange(line: Readonly<Record<string, unknown>>): { at: number; change: ScoredChange } {
  const c = parsed(changeLine, line);
  return {
    at: c.at * 1000,
    change: {
      id: String(c.id),
      author: String(c.author ?? "unknown"),
      isBot: c.is_bot,
      title: c.title,
      files: c.files.map((f) => ({ ...f, status: fileStatusOf(f.status) })),
      fileCount: c.n_files ?? c.files.length,
      added: c.added ?? c.files.reduce((sum, f) => sum + f.added, 0),
      deleted: c.deleted ?? c.files.reduce((sum, f) => sum + f.deleted, 0),
    },
  };
}

function parsed<T>(schema: z.ZodType<T>, line: unknown): T {
  const result = schema.safeParse(line);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new LineError("bad-line", `${issue?.path.join(".") ?? "line"}: ${issue?.message ?? "not understood"}`);
}

const help = `
Lines in, in time order (at: seconds since 1970):
  {"type":"change","id":1,"at":1700000000,"author":7,"is_bot":false,"title":"…","files":[{"path","added","deleted","status"}],
   "n_files":1,"added":3,"deleted":0}          answered {"id":1,"score":0.012,"why":["…","…","…"]}
  {"type":"outcome","id":1,"at":1700009999,"kind":"reverted"}   answered {"ok":true}

score is the probability that the change will be taken out again or do harm; docs/risk.md says how it is learned.
`;
