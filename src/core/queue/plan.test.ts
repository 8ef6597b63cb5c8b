import { describe, expect, test } from "@jest/globals";
import { planSnapshot as snapshot, queued as change } from "../../../test/build/planner.js";
import { plan } from "./plan.js";

const finished = { base: 0, startedAt: 80, finishedAt: 99 };

describe("plan", () => {
  test("an empty queue asks for nothing", () => {
    expect(plan(snapshot())).toEqual({ land: [], reject: [], cancel: [], start: [] });
  });

  test("a lone change is built by itself", () => {
    expect(plan(snapshot({ queue: [change("a")] })).start).toEqual([["a"]]);
  });

  test("a passed build lands its members", () => {
    const builds = [{ id: 1, members: ["a", "b"], status: "passed" as const, ...finished }];
    expect(plan(snapshot({ queue: [change("a"), change("b")], builds })).land).toEqual([["a", "b"]]);
  });

  test("a passed build that misses an overlapping landed change lands nothing", () => {
    const builds = [{ id: 1, members: ["a"], status: "passed" as const, ...finished }];
    const landed = [{ id: "x", at: 90, seq: 0, targets: ["app"] }];
    const answer = plan(snapshot({ queue: [change("a")], builds, landed, landedCount: 1 }));
    expect(answer.land).toEqual([]);
    expect(answer.start).toEqual([["a"]]);
  });

  test("a change that fails alone is ejected when builds never flake", () => {
    const builds = [{ id: 1, members: ["a"], status: "failed" as const, ...finished }];
    expect(plan(snapshot({ queue: [change("a")], builds })).reject).toEqual(["a"]);
  });

  test("a failed group ejects nobody", () => {
    const builds = [{ id: 1, members: ["a", "b"], status: "failed" as const, ...finished }];
    expect(plan(snapshot({ queue: [change("a"), change("b")], builds })).reject).toEqual([]);
  });
});
