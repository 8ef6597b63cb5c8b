import { describe, expect, test } from "@jest/globals";
import { emptyQueueState, type GroupState } from "../core/queue/state.js";
import { busyElsewhereOf } from "./busy.js";

const row = (queue: string, installationId: number) => ({ queue, repo: queue, base: "main", installationId });
const group = (kind: string) => ({ phase: { kind } }) as GroupState;

describe("slots that other queues use", () => {
  test("are the groups that they build or test, of the same installation only", async () => {
    const groups: Record<string, GroupState[]> = {
      "a@main": [group("testing")],
      "b@main": [group("building"), group("testing"), group("failed"), group("passed")],
      "c@main": [group("testing")],
    };
    const busy = busyElsewhereOf({
      queues: async () => await Promise.resolve([row("a@main", 1), row("b@main", 1), row("c@main", 2)]),
      queueState: async (queue) =>
        await Promise.resolve({ version: 1, state: { ...emptyQueueState, groups: groups[queue] ?? [] } }),
    });
    expect(await busy(row("a@main", 1))).toBe(2);
    expect(await busy(row("c@main", 2))).toBe(0);
  });
});
