import { z } from "zod";
import { permissions } from "../model/actor.js";
import { levels, reversibilities } from "../model/classification.js";
import { stations } from "../model/station.js";
import { paths } from "../model/verdict.js";
import { name, text } from "./schema-words.js";

const score = z.number().gt(0).lt(1);

const changeShape = z
  .strictObject({
    author: text.optional().describe("@login; or human, bot, agent."),
    people: z.record(text, z.enum(permissions)).optional().describe("@login to permission; default write."),
    title: z.string().optional(),
    body: z.string().optional(),
    base: text.optional(),
    head: text.optional(),
    fork: z.boolean().optional(),
    labels: z
      .union([z.array(text), z.record(text, text)])
      .optional()
      .describe("Names, or name to who set it."),
    files: z
      .union([z.array(text), z.record(text, z.string())])
      .optional()
      .describe("Paths; or path to its diff (lines beginning with + and -), or added, removed, modified."),
    opened: z.number().min(0).optional().describe("Days ago; default now."),
    lines: z.int().min(0).optional().describe("Changed lines, when the diffs are not given."),
    reversibility: z.enum(reversibilities).optional().describe("Default: reversible."),
    findings: z.array(text).optional().describe("Detector ids."),
    hazard: z.enum(levels).optional(),
    risk: z
      .union([z.enum(levels), score])
      .optional()
      .describe("Default: low."),
    approvals: z.array(text).optional().describe("@login who approved the change as it stands."),
    rejections: z.array(text).optional().describe("@login who requested changes."),
    commits_by: z.array(text).optional().describe("@login of further people who committed."),
    signed: z.boolean().optional(),
    checks: z.record(text, z.enum(["passed", "failed", "running"])).optional(),
    teams: z.record(text, z.array(text)).optional().describe("@org/team to the @logins in it."),
    owners: z.record(text, z.array(text)).optional().describe("CODEOWNERS lines: pattern to owners."),
    commands: z.record(text, text).optional().describe("Command to the @login who gave it."),
    deployments: z.array(text).optional().describe("Environments it runs in."),
    station: z.enum(stations).optional(),
    autonomy: z.enum(["none", "watched", "earned"]).optional(),
    now: text.optional().describe("2026-11-20T10:00:00Z."),
  })
  .describe("The change in question: what is not said is a small reversible change of a person with write.");

export const testShape = z
  .strictObject({
    name,
    change: changeShape,
    expect: z.union([
      z.enum([...paths, "permits"]),
      z.strictObject({
        path: z.enum(paths).optional(),
        permits: z.boolean().optional(),
        rules: z.array(name).optional().describe("Exactly the rules that apply."),
        asks: z.array(text).optional().describe("Exactly the people or teams asked first."),
      }),
    ]),
  })
  .describe("Given this change, expect that verdict. Run by `drumline check`.");

export type RawTest = z.infer<typeof testShape>;
export type RawChange = z.infer<typeof changeShape>;
