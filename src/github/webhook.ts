import type { z } from "zod";
import type { Delivery, FlowRecord, Webhook, Witness } from "../engine/ports.js";
import type { Instant } from "../core/model/ids.js";
import * as schema from "./schema.js";
import { organisationPolicyPath } from "../core/policy/layers.js";
import { resourceKeys } from "./keys.js";

/** Branches below this hold what the queue builds; CI runs on them. */
export const queueBranchPrefix = "drumline/";

export interface Self {
  readonly appId: number;
  /** Login of the app's own account: `slug[bot]`. */
  readonly login: string;
}

/**
 * Reduces a verified webhook to a signal: which queues should look again, what became stale, and what only this event
 * can show. An event we do not know, or one that does not hold what it should, signals nothing.
 */
export function toDelivery({ id, event, payload, receivedAt: now }: Webhook, self: Self): Delivery {
  const base = schema.webhookSchema.safeParse(payload);
  const common = {
    id,
    event,
    action: base.success ? (base.data.action ?? null) : null,
    repo: base.success ? (base.data.repository?.full_name ?? null) : null,
    installationId: base.success ? (base.data.installation?.id ?? null) : null,
    receivedAt: now,
  };
  const signal =
    base.success && common.repo !== null ? signalOf({ id, event, payload, self, now, common: base.data }) : null;
  return { ...common, ...(signal ?? nothing) };
}

type Signal = Pick<Delivery, "bases" | "stale" | "witnessed" | "flow">;
const nothing: Signal = { bases: [], stale: [], witnessed: [], flow: [] };

interface Context {
  readonly id: string;
  readonly event: string;
  readonly payload: unknown;
  readonly self: Self;
  readonly now: Instant;
  readonly common: z.infer<typeof schema.webhookSchema>;
}

/** The literal map of the events that we act on; `app.yml` subscribes to the same ones. */
const readers: Readonly<Record<string, (context: Context) => Signal | null>> = {
  pull_request: ofPull,
  pull_request_review: ofReview,
  issue_comment: ofComment,
  check_run: ofCheckRun,
  status: ofStatus,
  push: ofPush,
  deployment_status: ofDeployment,
};

function signalOf(context: Context): Signal | null {
  return readers[context.event]?.(context) ?? null;
}

function ofPull({ id, payload, common, self, now }: Context): Signal | null {
  const parsed = schema.pullWebhookSchema.safeParse(payload);
  if (!parsed.success) return null;
  const pull = parsed.data.pull_request;
  const action = common.action ?? "";
  // Our own labels come back as events; they tell us nothing that we did not do.
  if ((action === "labeled" || action === "unlabeled") && common.sender?.login === self.login) return nothing;
  const from = parsed.data.changes?.base?.ref.from;
  const witnessed: Witness[] = [];
  if (action === "opened" || action === "synchronize" || action === "reopened")
    witnessed.push({
      kind: "head",
      key: `head:${pull.number}:${pull.head.sha}`,
      number: pull.number,
      sha: pull.head.sha,
      at: now,
    });
  witnessed.push(...labelSeen(parsed.data, { id, action }));
  return {
    bases: basesFor(pull.base.ref, common),
    stale: [
      // What is on the list of open ones is asked for by itself when an event tells of it.
      ...(action === "opened" || action === "reopened" ? [resourceKeys.openPulls] : []),
      resourceKeys.pull(pull.number),
      ...(action === "labeled" || action === "unlabeled" ? [resourceKeys.labelEvents(pull.number)] : []),
      ...(from === undefined ? [] : [resourceKeys.files(pull.number, pull.head.sha)]),
    ],
    witnessed,
    flow: pullFlow(parsed.data, { action, now, by: common.sender?.login ?? null }),
  };
}

/** Whoever may triage can set a label, so a policy may ask who did; GitHub's lists of pull requests don't say. */
function labelSeen(
  { pull_request: pull, label, sender }: z.infer<typeof schema.pullWebhookSchema>,
  { id, action }: { id: string; action: string },
): Witness[] {
  if (!label || !sender || (action !== "labeled" && action !== "unlabeled")) return [];
  return [
    {
      kind: "label",
      key: `label:${id}`,
      number: pull.number,
      label: label.name,
      by: sender.login,
      now: action === "labeled" ? "on" : "off",
      at: pull.updated_at,
    },
  ];
}

/**
 * A queue comes into being with the first pull request against the default branch; other bases are stacks on it, or
 * branches that no queue governs.
 */
function basesFor(base: string, { repository }: Context["common"]): Delivery["bases"] {
  return base === repository?.default_branch ? [base] : "all";
}

function pullFlow(
  event: z.infer<typeof schema.pullWebhookSchema>,
  { action, now, by }: { action: string; now: Instant; by: string | null },
): FlowRecord[] {
  const pull = event.pull_request;
  const record = (name: string, data: Readonly<Record<string, unknown>>): FlowRecord[] => [
    { at: now, number: pull.number, event: name, data },
  ];
  const actor = pull.user.login;
  const head = pull.head.sha;
  switch (action) {
    case "opened":
      return [
        ...record("opened", { actor, type: pull.user.type, draft: pull.draft, head }),
        ...(pull.draft ? [] : record("ready_for_review", { actor, head })),
      ];
    case "ready_for_review":
      return record("ready_for_review", { actor, head });
    case "converted_to_draft":
      return record("converted_to_draft", { actor });
    case "synchronize":
      return record("pushed", { actor, head });
    case "review_requested":
      return record("review_requested", {
        team: event.requested_team?.slug ?? null,
        person: event.requested_reviewer?.login ?? null,
      });
    case "closed":
      return pull.merged_at ? [] : record("closed", { by });
    default:
      return [];
  }
}

function ofReview({ payload, common, now }: Context): Signal | null {
  const parsed = schema.reviewWebhookSchema.safeParse(payload);
  if (!parsed.success) return null;
  const { review, pull_request: pull } = parsed.data;
  const stale = [resourceKeys.reviews(pull.number)];
  const by = review.user.login;
  if (common.action !== "submitted") return { ...nothing, bases: "all", stale };
  const commit = schema.shaSchema.safeParse(review.commit_id);
  // GitHub may re-point a review's commit after a force-push; what it named when it was given is what was read.
  const witnessed: Witness[] = commit.success
    ? [
        {
          kind: "review",
          key: `review:${review.id}`,
          number: pull.number,
          reviewId: review.id,
          by,
          headSha: commit.data,
          at: now,
        },
      ]
    : [];
  const asks = review.state.toLowerCase() === "changes_requested";
  const flow = [
    {
      at: now,
      number: pull.number,
      event: asks ? "changes_requested" : "review_submitted",
      data: { actor: by, state: review.state.toLowerCase(), standing: parsed.data.review.author_association ?? null },
    },
  ];
  return { bases: "all", stale, witnessed, flow };
}

function ofComment({ payload, common, self, now }: Context): Signal | null {
  const parsed = schema.commentWebhookSchema.safeParse(payload);
  if (!parsed.success || parsed.data.issue.pull_request === undefined) return nothing;
  const { comment, issue } = parsed.data;
  if (comment.user.login === self.login || !/drumline/i.test(comment.body ?? "")) return nothing;
  const stale = [resourceKeys.comments(issue.number)];
  if (common.action !== "created") {
    // An edited or deleted comment commands nothing: anybody with write access may edit another's words.
    const witnessed: Witness[] = [
      { kind: "comment-edited", key: `edited:${comment.id}`, number: issue.number, commentId: comment.id, at: now },
    ];
    return { ...nothing, bases: "all", stale, witnessed };
  }
  const witnessed: Witness[] = [
    {
      kind: "comment",
      key: `comment:${comment.id}`,
      number: issue.number,
      commentId: comment.id,
      by: comment.user.login,
      byType: comment.user.type,
      body: comment.body ?? "",
      at: comment.created_at,
    },
  ];
  return { ...nothing, bases: "all", stale, witnessed };
}

function ofCheckRun({ payload, self, now }: Context): Signal | null {
  const parsed = schema.checkRunWebhookSchema.safeParse(payload);
  if (!parsed.success) return null;
  const run = parsed.data.check_run;
  if (run.app?.id === self.appId) return nothing;
  const branch = run.check_suite?.head_branch ?? "";
  const flow = [
    {
      at: now,
      number: null,
      event: run.status === "completed" ? "build_finished" : "build_started",
      data: {
        sha: run.head_sha,
        actor: run.app?.slug ?? "ci",
        for: branch.startsWith(queueBranchPrefix) ? "queue" : "ci",
        name: run.name,
        ok: run.conclusion === "success",
      },
    },
  ];
  // A check that has only begun changes no decision.
  if (run.status !== "completed") return { ...nothing, flow };
  return {
    bases: "all",
    stale: [resourceKeys.checks(run.head_sha), resourceKeys.report(run.head_sha, run.name)],
    witnessed: [],
    flow,
  };
}

function ofStatus({ payload }: Context): Signal | null {
  const parsed = schema.statusWebhookSchema.safeParse(payload);
  if (!parsed.success) return null;
  if (parsed.data.state === "pending") return nothing;
  return { ...nothing, bases: "all", stale: [resourceKeys.checks(parsed.data.sha), resourceKeys.statusesUsed] };
}

function ofPush({ payload, common, self }: Context): Signal | null {
  const parsed = schema.pushWebhookSchema.safeParse(payload);
  const branch = parsed.success ? /^refs\/heads\/(.+)$/.exec(parsed.data.ref)?.[1] : undefined;
  if (branch === undefined || branch.startsWith(queueBranchPrefix)) return nothing;
  // Our own landing: it was read back, and its outcome asks for the next run.
  if (common.sender?.login === self.login) return nothing;
  return { ...nothing, bases: [branch], stale: [resourceKeys.branch(branch), ...organisationTexts(common)] };
}

/** What other repositories extend from `OWNER/.github`: they look again with the next sweep. */
function organisationTexts({ repository }: Context["common"]): string[] {
  const [owner = "", name] = (repository?.full_name ?? "").split("/");
  return name === ".github" ? [resourceKeys.organisationText(owner, organisationPolicyPath)] : [];
}

function ofDeployment({ payload, now }: Context): Signal | null {
  const parsed = schema.deploymentWebhookSchema.safeParse(payload);
  if (!parsed.success) return null;
  const { deployment_status: status, deployment } = parsed.data;
  if (status.state !== "success" && status.state !== "failure" && status.state !== "error") return nothing;
  return {
    ...nothing,
    // A policy may want the head deployed somewhere; a queue whose policy doesn't finds nothing stale.
    bases: "all",
    stale: [
      resourceKeys.deployments(deployment.sha),
      ...(deployment.id === undefined ? [] : [resourceKeys.deployment(deployment.id)]),
    ],
    flow: [
      {
        at: now,
        number: null,
        event: "deployed",
        data: { sha: deployment.sha, ok: status.state === "success", environment: status.environment ?? null },
      },
    ],
  };
}
