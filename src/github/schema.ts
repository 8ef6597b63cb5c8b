import { z } from "zod";
import { sha, prNumber } from "../core/model/ids.js";

/** GitHub's answers as far as we read them: loose, because GitHub adds fields and older payloads lack some. */

export const shaSchema = z.string().transform((text, context) => {
  try {
    return sha(text);
  } catch {
    context.addIssue({ code: "custom", message: "not a commit id" });
    return z.NEVER;
  }
});
export const numberSchema = z
  .number()
  .int()
  .positive()
  .transform((value) => prNumber(value));
export const instantSchema = z.string().transform((text) => Date.parse(text));
export const accountTypeSchema = z.enum(["User", "Bot", "Organization"]).catch("User");

const userSchema = z.looseObject({ login: z.string(), type: accountTypeSchema.default("User") });
/** A deleted account is shown as `ghost`. */
const ghostable = userSchema.nullable().transform((user) => user ?? { login: "ghost", type: "User" as const });

export const pullSchema = z.looseObject({
  number: numberSchema,
  title: z.string(),
  body: z.string().nullable().default(null),
  draft: z.boolean().default(false),
  state: z.enum(["open", "closed"]),
  merged_at: z.string().nullish(),
  user: ghostable,
  labels: z.array(z.looseObject({ name: z.string() })).default([]),
  created_at: instantSchema,
  updated_at: instantSchema,
  head: z.looseObject({
    ref: z.string(),
    sha: shaSchema,
    repo: z.looseObject({ full_name: z.string() }).nullable(),
  }),
  base: z.looseObject({ ref: z.string(), sha: shaSchema }),
});

export const fileSchema = z.looseObject({
  filename: z.string(),
  previous_filename: z.string().optional(),
  status: z.enum(["added", "removed", "modified", "renamed", "copied", "changed", "unchanged"]),
  additions: z.number(),
  deletions: z.number(),
  changes: z.number(),
  patch: z.string().optional(),
  contents_url: z.string().optional(),
  sha: z.string().nullish(),
});

export const commitSchema = z.looseObject({
  sha: shaSchema,
  commit: z.looseObject({
    message: z.string(),
    tree: z.looseObject({ sha: shaSchema }),
    verification: z.looseObject({ verified: z.boolean() }).optional(),
  }),
  author: z.looseObject({ login: z.string().optional() }).nullish(),
  committer: z.looseObject({ login: z.string().optional() }).nullish(),
  parents: z.array(z.looseObject({ sha: shaSchema })).default([]),
});

export const reviewSchema = z.looseObject({
  id: z.number(),
  user: ghostable,
  state: z.string(),
  commit_id: z.string().nullish(),
  submitted_at: instantSchema.optional(),
});

export const commentSchema = z.looseObject({
  id: z.number(),
  user: ghostable,
  body: z.string().nullable().default(""),
  created_at: instantSchema,
  updated_at: instantSchema,
});

export const ownIssueSchema = z.looseObject({ number: z.number(), user: ghostable, body: z.string().nullish() });

export const issueEventSchema = z.looseObject({
  event: z.string(),
  actor: z.looseObject({ login: z.string() }).nullish(),
  label: z.looseObject({ name: z.string() }).nullish(),
  created_at: instantSchema,
});

export const deploymentSchema = z.looseObject({ id: z.number(), environment: z.string() });
export const deploymentStatusSchema = z.looseObject({ state: z.string() });

export const conclusionSchema = z
  .enum([
    "success",
    "failure",
    "neutral",
    "cancelled",
    "skipped",
    "timed_out",
    "action_required",
    "stale",
    "startup_failure",
  ])
  .nullable();

export const checkRunSchema = z.looseObject({
  id: z.number(),
  name: z.string(),
  head_sha: z.string(),
  status: z.string(),
  conclusion: conclusionSchema,
  html_url: z.string().nullish(),
  details_url: z.string().nullish(),
  started_at: z.string().nullish(),
  completed_at: z.string().nullish(),
  app: z.looseObject({ id: z.number(), slug: z.string().optional() }).nullish(),
  output: z
    .looseObject({
      title: z.string().nullish(),
      summary: z.string().nullish(),
      text: z.string().nullish(),
      annotations_count: z.number().optional(),
    })
    .nullish(),
});

export const annotationSchema = z.looseObject({
  path: z.string(),
  annotation_level: z.enum(["notice", "warning", "failure"]).nullable().catch(null),
  message: z.string().nullable(),
});

export const statusSchema = z.looseObject({
  context: z.string(),
  state: z.enum(["error", "failure", "pending", "success"]),
  target_url: z.string().nullish(),
  created_at: z.string().nullish(),
  updated_at: z.string().nullish(),
});

const repositorySchema = z.looseObject({ full_name: z.string(), default_branch: z.string().default("main") });

/** What every webhook that concerns a repository holds. */
export const webhookSchema = z.looseObject({
  action: z.string().optional(),
  repository: repositorySchema.optional(),
  installation: z.looseObject({ id: z.number() }).optional(),
  sender: userSchema.optional(),
});

export const pullWebhookSchema = z.looseObject({
  pull_request: pullSchema,
  before: z.string().optional(),
  after: z.string().optional(),
  changes: z.looseObject({ base: z.looseObject({ ref: z.looseObject({ from: z.string() }) }).optional() }).optional(),
  requested_reviewer: userSchema.nullish(),
  requested_team: z.looseObject({ slug: z.string() }).nullish(),
  label: z.looseObject({ name: z.string() }).nullish(),
  sender: userSchema.optional(),
});
export const reviewWebhookSchema = z.looseObject({
  review: reviewSchema.extend({ author_association: z.string().optional() }),
  pull_request: z.looseObject({
    number: numberSchema,
    base: z.looseObject({ ref: z.string() }),
    head: z.looseObject({ sha: shaSchema }),
  }),
});
export const commentWebhookSchema = z.looseObject({
  comment: commentSchema,
  issue: z.looseObject({ number: numberSchema, pull_request: z.unknown().optional() }),
});
export const checkRunWebhookSchema = z.looseObject({
  check_run: checkRunSchema.extend({ check_suite: z.looseObject({ head_branch: z.string().nullish() }).nullish() }),
});
export const statusWebhookSchema = z.looseObject({
  sha: shaSchema,
  state: z.string(),
  context: z.string(),
  branches: z.array(z.looseObject({ name: z.string() })).default([]),
});
export const pushWebhookSchema = z.looseObject({ ref: z.string(), before: z.string(), after: z.string() });
export const deploymentWebhookSchema = z.looseObject({
  deployment_status: z.looseObject({ state: z.string(), environment: z.string().optional() }),
  deployment: z.looseObject({ id: z.number().optional(), sha: z.string(), ref: z.string().optional() }),
});
