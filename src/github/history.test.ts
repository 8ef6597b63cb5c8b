import { describe, expect, test } from "@jest/globals";
import { schema } from "@octokit/graphql-schema";
import type { Octokit } from "@octokit/rest";
import { buildSchema, parse, validate } from "graphql";
import { sandboxSchema } from "../sandbox/http/graphql.js";
import { deploymentsQuery, pullsQuery } from "./history-query.js";
import { historyReader } from "./history.js";

const nothingKept = { resources: () => Promise.resolve(new Map()), keep: () => Promise.resolve() };
const github = buildSchema(schema.idl, { assumeValid: true });

describe.each([
  ["pull requests", pullsQuery],
  ["deployments", deploymentsQuery],
])("the query for %s", (_, query) => {
  test.each([
    ["GitHub's own schema", github],
    ["the sandbox's", sandboxSchema],
  ])("is valid under %s", (_name, of) => {
    expect(validate(of, parse(query)).map((e) => e.message)).toEqual([]);
  });
});

describe("what GitHub answers", () => {
  const reader = (graphql: () => Promise<unknown>) =>
    historyReader({
      ...{ octokit: { graphql } as unknown as Octokit, store: nothingKept, repo: "acme/shop", appId: 1 },
      now: () => 1000,
    });

  test.each([
    ["RATE_LIMITED", { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "5" }, { kind: "limited", until: 5000 }],
    ["NOT_FOUND", {}, { kind: "not-found" }],
    ["INTERNAL", {}, { kind: "unavailable" }],
  ])("an error %s is a fault of its kind", async (type, headers, fault) => {
    const error = Object.assign(new Error("no"), {
      name: "GraphqlResponseError",
      headers,
      errors: [{ type, message: "no" }],
    });
    expect(await reader(() => Promise.reject(error)).pulls("main", null)).toMatchObject({ ok: false, fault });
  });

  test("a merged change is read as risk reads it, with what it says that it takes out", async () => {
    const node = {
      ...{ number: 8, createdAt: "2026-01-01T00:00:00Z", closedAt: null, mergedAt: "2026-01-02T00:00:00Z" },
      ...{ isDraft: false, author: { __typename: "User", login: "ann" }, mergeCommit: { oid: "a".repeat(40) } },
      ...{ title: 'Revert "Add it"', body: "Reverts acme/shop#5", additions: 1, deletions: 9, changedFiles: 40 },
      files: { nodes: [{ path: "src/a.ts", additions: 1, deletions: 9, changeType: "DELETED" }] },
      ...{ reviews: { nodes: [] }, timelineItems: { nodes: [] }, commits: { nodes: [] } },
    };
    const pullRequests = { totalCount: 1, pageInfo: { hasNextPage: false, endCursor: null }, nodes: [node] };
    const page = await reader(() => Promise.resolve({ repository: { pullRequests } })).pulls("main", null);
    expect(page.ok && page.value.items[0]).toMatchObject({
      undoes: [5],
      change: {
        ...{ id: "8", author: "ann", isBot: false, fileCount: 40, added: 1, deleted: 9 },
        files: [{ path: "src/a.ts", added: 1, deleted: 9, status: "removed" }],
      },
    });
  });

  test("what was not asked for is no answer", async () => {
    const odd = await reader(() => Promise.resolve({ repository: null })).deployments(null);
    expect(odd).toMatchObject({ ok: false, fault: { kind: "unavailable" } });
  });
});
