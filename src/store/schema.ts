import { bigint, customType, integer, pgSchema, primaryKey, text, timestamp } from "drizzle-orm/pg-core";
import type { FlowRecord, LedgerEntry, Resource, Witness } from "../engine/ports.js";
import type { HistoryRead } from "../core/constraint/flow/history-read.js";
import type { Effect, Outcome } from "../core/model/effect.js";
import type { Facts } from "../core/facts/facts.js";
import type { QueueState } from "../core/queue/state.js";

/** The tables as the newest migration leaves them; `test/migrations.test.ts` holds the two together. */

/**
 * A value of ours, kept as the JSON text that `JSON.stringify` gives: PostgreSQL's `json` keeps it letter for letter,
 * where `jsonb` would reorder keys and refuse `\u0000` and lone surrogates.
 */
function exact<T>(name: string) {
  return customType<{ data: T; driverData: string }>({
    dataType: () => "json",
    toDriver: (value) => JSON.stringify(value),
  })(name);
}
/** Milliseconds since 1970 UTC, or a count: always within a double's whole numbers. */
function whole(name: string) {
  return bigint(name, { mode: "number" });
}

export const drumline = pgSchema("drumline");

export const deliveries = drumline.table("deliveries", {
  id: text("id").primaryKey(),
  event: text("event").notNull(),
  action: text("action"),
  repo: text("repo"),
  installationId: whole("installation_id"),
  receivedAt: whole("received_at").notNull(),
  /** The signed bytes. */
  payload: customType<{ data: Buffer }>({ dataType: () => "bytea" })("payload").notNull(),
  /** Null: what it signals is still to be read. */
  readAt: whole("read_at"),
  /** Why it can't be read, ever. */
  fault: text("fault"),
});

export const queues = drumline.table("queues", {
  queue: text("queue").primaryKey(),
  repo: text("repo").notNull(),
  base: text("base").notNull(),
  installationId: whole("installation_id").notNull(),
  version: whole("version").notNull().default(0),
  state: exact<QueueState>("state").notNull(),
  goodPolicy: exact<NonNullable<Facts["repo"]["lastGoodPolicy"]>>("good_policy"),
});

export const resources = drumline.table(
  "resources",
  {
    repo: text("repo").notNull(),
    key: text("key").notNull(),
    etag: text("etag"),
    body: exact<Resource["body"]>("body"),
    fetchedAt: whole("fetched_at"),
    staleAt: whole("stale_at"),
  },
  (t) => [primaryKey({ columns: [t.repo, t.key] })],
);

export const witnesses = drumline.table("witnesses", {
  id: whole("id").primaryKey().generatedAlwaysAsIdentity(),
  repo: text("repo").notNull(),
  key: text("key").notNull(),
  number: integer("number").notNull(),
  body: exact<Witness>("body").notNull(),
  at: whole("at").notNull(),
  seenAt: whole("seen_at").notNull(),
});

export const blobs = drumline.table("blobs", {
  digest: text("digest").primaryKey(),
  body: exact<unknown>("body").notNull(),
  usedAt: whole("used_at").notNull(),
});

export const decisions = drumline.table("decisions", {
  id: whole("id").primaryKey().generatedAlwaysAsIdentity(),
  queue: text("queue").notNull(),
  version: whole("version").notNull(),
  at: whole("at").notNull(),
  factsDigest: text("facts_digest").notNull(),
  policyDigest: text("policy_digest").notNull(),
  baseSha: text("base_sha").notNull(),
  factsRef: text("facts_ref").notNull(),
  previousRef: text("previous_ref").notNull(),
  decisionRef: text("decision_ref").notNull(),
});

export const units = drumline.table(
  "units",
  {
    queue: text("queue").notNull(),
    number: integer("number").notNull(),
    decisionId: whole("decision_id").notNull(),
    digest: text("digest").notNull(),
  },
  (t) => [primaryKey({ columns: [t.queue, t.number] })],
);

export const effects = drumline.table(
  "effects",
  {
    queue: text("queue").notNull(),
    id: text("id").notNull(),
    lane: text("lane").$type<"line" | "words">().notNull(),
    target: text("target").notNull(),
    body: exact<Effect>("body").notNull(),
    version: whole("version").notNull(),
    place: integer("place").notNull(),
    state: text("state").$type<EffectState>().notNull().default("pending"),
    attempts: integer("attempts").notNull().default(0),
    notBefore: whole("not_before").notNull().default(0),
    postponedWhy: text("postponed_why"),
    decidedAt: whole("decided_at").notNull(),
    settledAt: whole("settled_at"),
  },
  (t) => [primaryKey({ columns: [t.queue, t.id] })],
);
export type EffectState = "pending" | "done" | "superseded" | "failed" | "refused";

export const outcomes = drumline.table("outcomes", {
  id: whole("id").primaryKey().generatedAlwaysAsIdentity(),
  queue: text("queue").notNull(),
  effectId: text("effect_id").notNull(),
  body: exact<Outcome>("body").notNull(),
  at: whole("at").notNull(),
  consumedBy: whole("consumed_by"),
});

export const posted = drumline.table(
  "posted",
  {
    repo: text("repo").notNull(),
    target: text("target").notNull(),
    githubId: whole("github_id").notNull(),
    headSha: text("head_sha"),
  },
  (t) => [primaryKey({ columns: [t.repo, t.target] })],
);

export const ledger = drumline.table("ledger", {
  id: whole("id").primaryKey().generatedAlwaysAsIdentity(),
  at: whole("at").notNull(),
  queue: text("queue").notNull(),
  number: integer("number"),
  kind: text("kind").notNull(),
  body: exact<LedgerEntry["body"]>("body").notNull(),
});

export const flow = drumline.table("flow", {
  id: whole("id").primaryKey().generatedAlwaysAsIdentity(),
  repo: text("repo").notNull(),
  base: text("base"),
  number: integer("number"),
  at: whole("at").notNull(),
  event: text("event").notNull(),
  data: exact<FlowRecord["data"]>("data").notNull(),
});

export const histories = drumline.table("histories", {
  queue: text("queue").primaryKey(),
  until: whole("until").notNull(),
  phase: text("phase").$type<HistoryRead["phase"]>().notNull().default("pulls"),
  cursor: text("cursor"),
  pulls: integer("pulls").notNull().default(0),
  total: integer("total"),
  steps: integer("steps").notNull().default(0),
  notBefore: whole("not_before").notNull().default(0),
  problem: text("problem"),
  classesRead: integer("classes_read").notNull().default(0),
  classesTotal: integer("classes_total"),
  tries: integer("tries").notNull().default(0),
});

export const workers = drumline.table("workers", {
  pool: text("pool").primaryKey(),
  since: timestamp("since", { withTimezone: true }).notNull().defaultNow(),
});
