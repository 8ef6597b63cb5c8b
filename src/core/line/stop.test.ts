import { expect, test } from "@jest/globals";
import { commit } from "../../../test/build/facts.js";
import { aPullRequest, facts, minute } from "../../../test/build/queue.js";
import { decide } from "../decide.js";
import { emptyQueueState } from "../queue/state.js";

const pulls = [aPullRequest({ number: 1 })];
const wrongTree = {
  kind: "wrong-tree",
  effect: "land:g1",
  group: "g1",
  expected: commit(7),
  found: commit(8),
} as const;

test("a base that holds another tree than the tested one stops the line, and it says so", () => {
  const decision = decide(facts({ pulls, outcomes: [wrongTree] }), emptyQueueState, minute);
  expect(decision.next.stopped?.why).toContain("was tested");
  expect(decision.effects.filter((e) => e.kind === "build" || e.kind === "land")).toEqual([]);
  expect(decision.units[0]?.reasons).toContainEqual({ code: "line-stopped", why: decision.next.stopped?.why });
});

test("only somebody who may override lets a stopped line go on", () => {
  const stopped = decide(facts({ pulls, outcomes: [wrongTree] }), emptyQueueState, minute).next;
  const resumed = (login: string) => {
    const command = { commentId: 1, index: 0, command: { name: "resume", args: [] }, at: minute };
    const by = { login, kind: "human" } as const;
    const told = [aPullRequest({ number: 1, commands: [{ ...command, by }] })];
    return decide(facts({ pulls: told }), stopped, 2 * minute);
  };
  expect(resumed("ben").next.stopped).not.toBeNull();
  expect(resumed("max").next.stopped).toBeNull();
  expect(resumed("max").effects.map((e) => e.kind)).toContain("build");
});
