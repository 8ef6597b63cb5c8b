import { z } from "zod";
import { paths } from "../model/verdict.js";
import { whenShape } from "./schema-when.js";
import { needsShape } from "./schema-needs.js";
import { check, date, name, oneOrMany, pathList, text, timeSpan, zone, who, whoList } from "./schema-words.js";
import { policyLimits } from "./limits.js";
import { paceModes } from "./policy.js";
import { testShape } from "./schema-tests.js";

/**
 * The policy file as people write it. The JSON Schema that editors use is generated from this (`json-schema.ts`), so
 * every field carries the sentence that an editor shows.
 */
const trips = z
  .strictObject({
    reverts: z.int().min(1).max(1000).describe("Bad outcomes (reverts, incidents) that trip the rule."),
    days: z.int().min(1).max(3650).describe("Within so many days."),
  })
  .describe("When an automatic rule stops moving changes by itself.");

const downgrade = z
  .enum(["review", "escalate", "hold", "refuse"])
  .describe("What an automatic rule falls back to when it trips.");

const ruleFields = {
  name: name.describe("What people call the rule; unique, and how another file replaces it."),
  why: text.optional().describe("Why the rule exists: shown to whoever it stops."),
  owner: who.optional().describe("@login or @org/team that answers for the rule and is asked when it escalates."),
  review_by: date.optional().describe("YYYY-MM-DD. After it the rule warns; an automatic rule stops being automatic."),
  when: whenShape.optional().describe("The changes it applies to; without it, every change."),
  then: z.enum(paths).optional().describe("auto moves by itself; the others name the path until its needs are met."),
  needs: needsShape.optional(),
  downgrade: downgrade.optional(),
  trips: trips.optional(),
  override: whoList.optional().describe("Who may override this rule."),
  locked: z.boolean().optional().describe("A file that extends this one may not replace or remove the rule."),
};

export const ruleShape = z.strictObject(ruleFields);

export const precedentShape = z
  .strictObject({
    ...ruleFields,
    origin: text.describe("Where the judgment was made: a pull request, an incident."),
    until: date.optional().describe("YYYY-MM-DD: when it lapses."),
  })
  .describe("A human judgment kept as a rule.");

const startShape = z.enum(["automatically", "on-command"]);

const lanesShape = z
  .strictObject({
    scopes: z
      .record(name, pathList)
      .refine((scopes) => Object.keys(scopes).length <= policyLimits.listItems, "too many scopes (limit listItems)")
      .optional()
      .describe("Parts of the repository: name to paths. A change that touches a path of none overlaps every other."),
    affected: check
      .optional()
      .describe("The check in whose text CI reports the targets that a head affects (Nx, Turborepo, Bazel)."),
  })
  .refine((lanes) => lanes.affected !== undefined || Object.keys(lanes.scopes ?? {}).length > 0, {
    message: "lanes need `scopes` or `affected`: without either every change overlaps every other",
  });

const queueShape = z
  .strictObject({
    checks: needsShape.shape.checks.describe("Checks that must pass on what lands, beside those GitHub requires."),
    optional: oneOrMany(name).optional().describe("Checks that hold nothing up where none is named or required."),
    own_checks: needsShape.shape.checks.describe("Must pass on the pull request itself before the queue tests it."),
    group_size: z
      .int()
      .min(1)
      .max(100)
      .optional()
      .describe("Most changes that a group adds to the one it is built upon."),
    slots: z.int().min(1).max(1000).optional().describe("Groups tested at the same time."),
    shared_slots: z
      .int()
      .min(1)
      .max(1000)
      .nullable()
      .optional()
      .describe("Groups tested at the same time by all queues of the installation."),
    per_hour: z.int().min(1).max(1000).nullable().optional().describe("Most changes landed in an hour."),
    timeout: z.int().min(1).max(2880).optional().describe("Minutes until a silent check counts as timed out."),
    flake_retries: z.int().min(0).max(5).optional().describe("Retries of a suspected flake."),
    start: z
      .union([startShape, z.strictObject({ auto: startShape.optional(), review: startShape.optional() })])
      .optional()
      .describe("Whether a permitted change enters the queue by itself, by path."),
    hotfix: name.nullable().optional().describe("The label that puts a change first; null for none."),
    priorities: z.record(name, z.int().min(-100).max(100)).optional().describe("Label to priority, higher first."),
    windows: oneOrMany(timeSpan).optional().describe("Landing only within one of these."),
    freezes: z
      .array(
        z.strictObject({
          name,
          during: timeSpan,
          lanes: oneOrMany(name)
            .optional()
            .describe("Only what touches one of these scopes or targets, and what touches everything."),
          except: whenShape.optional(),
        }),
      )
      .max(policyLimits.listItems)
      .optional()
      .describe("Times in which nothing lands, with exceptions."),
    lanes: lanesShape
      .nullable()
      .optional()
      .describe("Lets changes that can't affect each other be tested apart and land in parallel; null: one lane."),
  })
  .describe("How the merge queue runs.");

const absorbed = z.int().min(1).max(1000).nullable().optional();
const paceShape = z
  .strictObject({
    rope: z
      .enum(paceModes)
      .optional()
      .describe(
        "Whether new work of bots and agents waits at the gate while the buffer before the constraint is full.",
      ),
    drum: z
      .enum(paceModes)
      .optional()
      .describe("Whether landings keep to what production absorbs: one-way changes by class, all when deploys limit."),
    absorbs: z
      .strictObject({ irreversible: absorbed, recoverable: absorbed })
      .optional()
      .describe("Most of a class that land between two deployments, or in a day; null: as measured."),
    longest_hold: z.int().min(1).max(720).optional().describe("Hours after which nothing waits for the pace any more."),
  })
  .describe("How the line is paced by its constraint.");

const reportShape = z
  .strictObject({
    weekly: z.boolean().optional().describe("One issue a week with the brief."),
    daily: z.boolean().optional().describe("One issue with the reviewers' list, edited each working day."),
    zone: zone.optional().describe("Whose weeks and working days."),
  })
  .describe("What is told in the repository's issues, unasked; nothing unless it says so here.");

const score = z.number().gt(0).lt(1);
const commandShape = z.strictObject({
  queue: whoList.optional(),
  dequeue: whoList.optional(),
  hold: whoList.optional(),
  resume: whoList.optional(),
  explain: whoList.optional(),
  human: whoList.optional(),
  refuse: whoList.optional(),
  override: whoList.optional(),
  pause: whoList.optional(),
  drain: whoList.optional(),
});

export const policyShape = z
  .strictObject({
    extends: oneOrMany(text).optional().describe("A shipped pack (default, solo, open-source, …) or OWNER/.github."),
    remove: oneOrMany(name).optional().describe("Names of inherited rules that don't hold here."),
    rules: z.array(ruleShape).max(policyLimits.rules).optional(),
    precedents: z.array(precedentShape).max(policyLimits.rules).optional(),
    automatic: z
      .strictObject({
        owner: who.optional(),
        downgrade: downgrade.optional(),
        trips: trips.optional(),
        audits: z
          .number()
          .min(0)
          .max(1)
          .optional()
          .describe("Share of what moved by itself, drawn by chance, that a person looks at once it has landed."),
      })
      .optional()
      .describe("What automatic rules share: who answers, what they fall back to, what trips them, what is audited."),
    always: needsShape.optional().describe("What every change needs; only a rule with `then: auto` lifts it."),
    vetoes: whoList.optional().describe("Whose request for changes stops a change; default write."),
    voided_by: z.enum(["change", "push"]).optional().describe("What voids an approval: a changed diff, or any push."),
    queue: queueShape.optional(),
    pace: paceShape.optional(),
    report: reportShape.optional(),
    show: z.strictObject({ labels: z.boolean().optional(), comment: z.boolean().optional() }).optional(),
    bots: oneOrMany(text).optional().describe("Logins (with *) of machine accounts with a fixed job."),
    agents: oneOrMany(text).optional().describe("Logins (with *) of machines that write code."),
    commands: commandShape.optional().describe("Who may give which command."),
    risk: z
      .strictObject({ medium: score.optional(), high: score.optional(), critical: score.optional() })
      .optional()
      .describe("Scores from which on a change has this level."),
    tests: z.array(testShape).max(policyLimits.listItems).optional(),
  })
  .describe("Drumline's policy: which change needs whose judgment, and how the queue runs.");

export type RawPolicy = z.infer<typeof policyShape>;
export type RawRule = z.infer<typeof ruleShape>;
export type RawPrecedent = z.infer<typeof precedentShape>;
export type RawPace = z.infer<typeof paceShape>;
export type RawQueue = z.infer<typeof queueShape>;
