import { describe, expect, test } from "@jest/globals";
import { read } from "../core/model/read.js";
import type { Cache } from "./cache.js";
import { deployedTo, labelEvent } from "./wanted.js";

/** GitHub's answers by path. */
function answering(answers: (path: string, parameters: Readonly<Record<string, unknown>>) => unknown): Cache {
  return async (_key, _believed, { path, parameters, parse, join }) => {
    const value = parse(answers(path, parameters ?? {}));
    return await Promise.resolve(read(join ? join([value]) : value));
  };
}

const at = { owner: "acme", repo: "shop" };

describe("where a commit is deployed", () => {
  test.each([
    ["its last deployment went well", ["success", "in_progress"], ["staging"]],
    ["another took its place", ["inactive", "success"], []],
    ["it is still under way", ["in_progress"], []],
    ["nothing was said about it", [], []],
  ])("when %s", async (_, states, expected) => {
    const cache = answering((path) =>
      path.endsWith("/statuses")
        ? states.map((state) => ({ state }))
        : [
            { id: 2, environment: "staging" },
            { id: 1, environment: "production" },
          ],
    );
    expect(await deployedTo("1".repeat(40), { cache, at, environments: ["staging"] })).toEqual(read(expected));
  });

  test("only the last deployment to an environment counts", async () => {
    const cache = answering((path, { deployment_id: id }) =>
      path.endsWith("/statuses")
        ? [{ state: id === 2 ? "failure" : "success" }]
        : [
            { id: 2, environment: "staging" },
            { id: 1, environment: "staging" },
          ],
    );
    expect(await deployedTo("1".repeat(40), { cache, at, environments: ["staging"] })).toEqual(read([]));
  });
});

test("an issue's events tell who labelled it, and nothing else", () => {
  const event = { actor: { login: "ann" }, label: { name: "go" }, created_at: 5 };
  expect(labelEvent({ ...event, event: "labeled" })).toEqual([{ label: "go", by: "ann", now: "on", at: 5 }]);
  expect(labelEvent({ ...event, event: "unlabeled", actor: null })).toEqual([
    { label: "go", by: null, now: "off", at: 5 },
  ]);
  expect(labelEvent({ ...event, event: "renamed" })).toEqual([]);
});
