import { z } from "zod";
import { levels, reversibilities } from "../model/classification.js";
import { stations } from "../model/station.js";
import { policyLimits } from "./limits.js";
import { autonomies, updateLevels } from "./policy.js";
import { check, comparison, name, oneOrMany, pathList, patternList, text, timeSpan, whoList } from "./schema-words.js";

const fileStatuses = ["added", "modified", "removed", "renamed", "copied", "changed"] as const;
const reads = oneOrMany(check);
const count = z.int().min(1).max(20);

const pathsShape = z
  .union([
    pathList,
    z.strictObject({
      any: pathList.optional().describe("At least one file matches."),
      only: pathList.optional().describe("Every file matches."),
      none: pathList.optional().describe("No file matches."),
      except: pathList.optional().describe("Leave these files out of account."),
      status: oneOrMany(z.enum(fileStatuses)).optional().describe("Look only at files with this status."),
    }),
  ])
  .describe("Files of the change, under both names of a rename. A change without files matches no paths.");

const contributorsShape = z.union([
  whoList,
  z.strictObject({ any: whoList.optional(), only: whoList.optional(), none: whoList.optional() }),
]);

const sizeShape = z.union([
  comparison,
  z.strictObject({
    lines: comparison.optional(),
    added: comparison.optional(),
    deleted: comparison.optional(),
    files: comparison.optional(),
  }),
]);

const linesShape = z.strictObject({
  added: patternList.optional(),
  removed: patternList.optional(),
  either: patternList.optional(),
  in: pathList.optional().describe("Only in these files."),
});

const updateShape = z.union([
  oneOrMany(z.enum(updateLevels)),
  z.strictObject({
    level: oneOrMany(z.enum(updateLevels)).optional(),
    name: patternList.optional().describe("The dependency."),
    by: oneOrMany(text).optional().describe("dependabot, renovate."),
  }),
]);

const leafFields = {
  paths: pathsShape.optional(),
  owned: z.boolean().optional().describe("CODEOWNERS names an owner for every touched path."),
  lines: linesShape
    .optional()
    .describe("Added or removed lines match; a regular expression may match anywhere in them."),
  size: sizeShape.optional().describe("Changed lines, or lines, added, deleted, files."),
  author: whoList.optional().describe("Who opened it is one of these."),
  contributors: contributorsShape.optional().describe("Authors, committers and co-authors of its commits."),
  base: patternList.optional().describe("The branch it goes to."),
  head: patternList.optional().describe("The branch it comes from."),
  repository: patternList.optional().describe("OWNER/REPO: for a file that several repositories extend."),
  approved: z
    .union([count, z.strictObject({ count: count.optional(), from: whoList.optional() })])
    .optional()
    .describe("So many approved it as it stands, none of them its author or committers; default one with write."),
  fork: z.boolean().optional().describe("It comes from a fork."),
  title: patternList.optional(),
  body: patternList.optional(),
  sections: oneOrMany(name).optional().describe("The body has all these headings with something under them."),
  labels: z
    .union([patternList, z.strictObject({ name: patternList, by: whoList })])
    .optional()
    .describe("It has one of these labels; with `by`, set by one of these."),
  checks: z
    .strictObject({ passed: reads.optional(), failed: reads.optional(), running: reads.optional() })
    .optional()
    .describe("All of these checks passed, failed, or are running."),
  signed: z.boolean().optional().describe("GitHub verified the signature of every commit."),
  depends: z.boolean().optional().describe("It names a change that it depends on."),
  time: oneOrMany(timeSpan).optional().describe("Now is within one of these."),
  age: comparison.optional().describe("Days since it was opened."),
  update: updateShape.optional().describe("It is an update of a dependency, of this level."),
  findings: patternList.optional().describe("Classification found one of these detectors, for example sql/*."),
  hazard: oneOrMany(z.enum(levels)).optional(),
  reversibility: oneOrMany(z.enum(reversibilities)).optional(),
  risk: z
    .union([oneOrMany(z.enum(levels)), comparison])
    .optional()
    .describe('Levels, or a score such as "> 0.1".'),
  station: oneOrMany(z.enum(stations)).optional().describe("Where it waits now."),
  autonomy: oneOrMany(z.enum(autonomies)).optional().describe("What its class and author have earned."),
  precedents: oneOrMany(name).optional().describe("One of these precedents speaks of it."),
};
type RawLeaf = z.infer<z.ZodObject<typeof leafFields>>;

export interface RawWhen extends RawLeaf {
  readonly all?: readonly RawWhen[] | undefined;
  readonly any?: readonly RawWhen[] | undefined;
  readonly not?: RawWhen | undefined;
}

/** A condition: everything in one mapping must hold; a list of values is any of them. */
export const whenShape: z.ZodType<RawWhen> = z.strictObject({
  ...leafFields,
  all: z.lazy(() => z.array(whenShape).min(1).max(policyLimits.listItems)).optional(),
  any: z.lazy(() => z.array(whenShape).min(1).max(policyLimits.listItems)).optional(),
  not: z.lazy(() => whenShape).optional(),
});
