import { z } from "zod";
import { commandWords } from "./policy.js";
import { whenShape } from "./schema-when.js";
import { check, name, oneOrMany, who, whoList } from "./schema-words.js";

const count = z.int().min(0).max(20);

const approvalShape = z.strictObject({
  count: count.optional().describe("Default 1."),
  from: oneOrMany(who).optional().describe("Any of these may give it; default write."),
  author: z.boolean().optional().describe("The author's own approval counts."),
  committers: z.boolean().optional().describe("Approvals of people who committed to it count."),
  distinct: z.boolean().optional().describe("From people who are counted for no other need that says so too."),
});

export const needsShape = z
  .strictObject({
    approvals: z.union([count, approvalShape, z.array(approvalShape).min(1).max(20)]).optional(),
    from: whoList.optional().describe("Who may give the approvals; default write."),
    owners: z.boolean().optional().describe("One approval for each set of owners of the touched paths."),
    checks: oneOrMany(check).optional().describe("Checks that must have passed."),
    sections: oneOrMany(name).optional().describe("Headings of the body with something under them."),
    issue: z.boolean().optional().describe("The body links an issue."),
    deployment: oneOrMany(name).optional().describe("Environments in which the change must run."),
    label: oneOrMany(z.union([name, z.strictObject({ name, by: whoList })])).optional(),
    command: z
      .strictObject({ name: z.enum(commandWords), by: whoList })
      .optional()
      .describe("A command given for the change as it stands."),
    that: whenShape.optional().describe("A condition that must hold."),
  })
  .describe("Judgment and evidence; all of it.");

export type RawNeeds = z.infer<typeof needsShape>;
export type RawApproval = z.infer<typeof approvalShape>;
