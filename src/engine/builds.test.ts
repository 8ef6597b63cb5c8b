import { expect, test } from "@jest/globals";
import { commit } from "../../test/build/facts.js";
import { aCheck } from "../../test/build/queue.js";
import type { CheckFacts } from "../core/facts/facts.js";
import { read, unreadable } from "../core/model/read.js";
import { emptyQueueState, type GroupState } from "../core/queue/state.js";
import { askedMax, buildFacts } from "./builds.js";
import type { GitHubReader } from "./ports.js";

const group: GroupState = {
  ...{ id: "g1", slot: 1, branch: "drumline/main/1", members: [], base: 0, lineage: [commit(1)], follows: null },
  ...{ startedAt: 0, attempt: 1, phase: { kind: "testing", sha: commit(2), tree: commit(3), since: 0 } },
};
const lostRunner = {
  path: ".github",
  level: "failure",
  message: "The runner has received a shutdown signal.",
} as const;
const failing = (id: number, of: Partial<CheckFacts> = {}, annotations = 1): CheckFacts =>
  aCheck("failure", { ...of, failed: { id, output: "", annotations } });

async function built(checks: readonly CheckFacts[], rules: Parameters<typeof buildFacts>[1]["rules"]) {
  const asked: number[] = [];
  const reader: Pick<GitHubReader, "checks" | "annotations"> = {
    checks: async () => await Promise.resolve(read(checks)),
    annotations: async (id) => {
      asked.push(id);
      return await Promise.resolve(id === 9 ? unreadable("503") : read([lostRunner]));
    },
  };
  const facts = await buildFacts(reader as GitHubReader, { state: { ...emptyQueueState, groups: [group] }, rules });
  return { asked, told: facts[commit(2)] };
}

test("only failed checks that count and have something to say are asked why", async () => {
  const rules = { required: [{ name: "ci/test", app: null }], optional: [] };
  const checks = [
    aCheck("success"),
    failing(1),
    failing(2, {}, 0),
    failing(3, { name: "another" }),
    aCheck("failure", { kind: "status" }),
  ];
  const { asked, told } = await built(checks, rules);
  expect(asked).toEqual([1]);
  expect(told).toEqual(read(checks.map((c) => (c.failed?.id === 1 ? { ...c, failed: { ...c.failed, said: read([lostRunner]) } } : c)))); // prettier-ignore
});

test("what can't be read is told as unreadable, and a flood of failures asks a bounded number of times", async () => {
  const rules = { required: [], optional: ["slow"] };
  const { told } = await built([failing(9)], rules);
  expect(told?.state === "read" && told.value[0]?.failed?.said).toEqual(unreadable("503"));
  const many = Array.from({ length: askedMax + 5 }, (_, i) => failing(100 + i, { name: `job ${i}` }));
  expect((await built([failing(1, { name: "slow" }), ...many], rules)).asked).toHaveLength(askedMax);
});
