import { describe, expect, test } from "@jest/globals";
import { schema } from "@octokit/graphql-schema";
import type { Octokit } from "@octokit/rest";
import { buildSchema, parse, validate } from "graphql";
import { prNumber, sha } from "../core/model/ids.js";
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

describe("what a landed change changed", () => {
  const files = async (request: () => Promise<unknown>) => {
    const kept: unknown[] = [];
    const keep = (_: string, resources: readonly { readonly key: string; readonly body: unknown }[]) => {
      kept.push(...resources.map(({ key, body }) => [key, body]));
      return Promise.resolve();
    };
    const reader = historyReader({
      ...{ octokit: { request } as unknown as Octokit, store: { ...nothingKept, keep }, repo: "acme/shop", appId: 1 },
      now: () => 1000,
    });
    return { answer: await reader.files(prNumber(7), sha("a".repeat(40))), kept };
  };
  const refusal = (status: number, headers = {}) =>
    Promise.reject(Object.assign(new Error("no"), { name: "HttpError", status, response: { headers } }));
  const key = `files:7:${"a".repeat(40)}`;

  test("is read and kept as a live one's is", async () => {
    const file = {
      filename: "a.sql",
      status: "added",
      additions: 1,
      deletions: 0,
      changes: 1,
      patch: "@@ -0,0 +1 @@\n+a",
    };
    const { answer, kept } = await files(() => Promise.resolve({ data: [file], headers: {} }));
    const patch = { state: "text", text: file.patch };
    expect(answer).toMatchObject({ ok: true, value: { state: "read", value: [{ path: "a.sql", patch }] } });
    expect(kept).toEqual([[key, answer.ok && answer.value]]);
  });

  test("is not there: that is an answer, and kept", async () => {
    const { answer, kept } = await files(() => refusal(404));
    expect(answer).toEqual({ ok: true, value: { state: "absent" } });
    expect(kept).toEqual([[key, { state: "absent" }]]);
  });

  test.each([
    [429, { "retry-after": "5" }, { kind: "limited", until: 6000 }],
    [502, {}, { kind: "unavailable" }],
    [422, {}, { kind: "invalid" }],
  ])("could not be asked for (%s): that is a fault, and nothing is kept", async (status, headers, fault) => {
    const { answer, kept } = await files(() => refusal(status, headers));
    expect(answer).toMatchObject({ ok: false, fault });
    expect(kept).toEqual([]);
  });
});
