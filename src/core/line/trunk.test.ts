import { describe, expect, test } from "@jest/globals";
import { commit } from "../../../test/build/facts.js";
import { aCheck, aPullRequest, facts, minute } from "../../../test/build/queue.js";
import { decide } from "../decide.js";
import type { CheckFacts, Facts } from "../facts/facts.js";
import type { LineEffect, Outcome } from "../model/effect.js";
import type { Sha } from "../model/ids.js";
import { read, type Read } from "../model/read.js";
import { emptyQueueState, type QueueState } from "../queue/state.js";
import type { UnitDecision } from "./decision.js";

/** A queue of one change, played by hand: what CI says of the change, and of the base without it. */
interface Story {
  readonly state: QueueState;
  readonly now: number;
  readonly builds: Record<Sha, Read<readonly CheckFacts[]>>;
  readonly outcomes: readonly Outcome[];
  readonly asked: ReadonlySet<string>;
  readonly effects: readonly LineEffect[];
  readonly unit: UnitDecision | undefined;
}

const pull = aPullRequest({ number: 1 });
const repo: Partial<Facts["repo"]> = { baseSha: commit(1) };

type Said = NonNullable<CheckFacts["conclusion"]>;

/** Decides until nothing new is asked for; every build is judged two minutes after it was asked for. */
function played(say: { change: Said; base: Said }, { minutes }: { minutes: number }): Story {
  let story: Story = {
    state: emptyQueueState,
    now: minute,
    builds: {},
    outcomes: [],
    asked: new Set(),
    effects: [],
    unit: undefined,
  };
  while (story.now < minutes * minute) story = oneRun(story, say);
  return story;
}

function oneRun(story: Story, say: { change: Said; base: Said }): Story {
  const of = facts({ pulls: [pull], builds: story.builds, outcomes: story.outcomes, repo });
  const decision = decide(of, story.state, story.now);
  const fresh = decision.effects.flatMap((e) => (e.kind === "build" && !story.asked.has(e.id) ? [e] : []));
  const made = fresh.map((effect, i) => ({ effect, sha: commit(20 + story.asked.size + i) }));
  return {
    state: decision.next,
    now: story.now + 2 * minute,
    asked: new Set([...story.asked, ...fresh.map((e) => e.id)]),
    builds: {
      ...story.builds,
      ...Object.fromEntries(
        made.map(({ effect, sha }) => [sha, read([aCheck(effect.members.length === 0 ? say.base : say.change)])]),
      ),
    },
    outcomes: made.map(({ effect, sha }): Outcome => ({
      kind: "built",
      effect: effect.id,
      group: effect.group,
      sha,
      tree: commit(15),
      onto: effect.onto,
    })),
    effects: [...story.effects, ...fresh],
    unit: decision.units[0],
  };
}

const controls = ({ effects }: Story) => effects.filter((e) => e.kind === "build" && e.members.length === 0);

describe("the base by itself", () => {
  test("is built before a lone change is ejected, and vouches against it", () => {
    const story = played({ change: "failure", base: "success" }, { minutes: 30 });
    expect(controls(story)).toHaveLength(1);
    expect(controls(story)[0]).toMatchObject({
      onto: commit(1),
      branch: expect.stringMatching(/^drumline\/main\/\d$/),
    });
    expect(story.state.trunk).toMatchObject({ sha: commit(1), status: "green" });
    expect(story.unit?.reasons[0]?.code).toBe("ejected");
  });

  test("is not built while nothing fails", () => {
    expect(controls(played({ change: "success", base: "success" }, { minutes: 10 }))).toHaveLength(0);
  });

  test("when red, holds the line with a reason and ejects nobody", () => {
    const story = played({ change: "failure", base: "failure" }, { minutes: 12 });
    expect(story.state.trunk).toMatchObject({ sha: commit(1), status: "red" });
    expect(story.state.units[1]?.place.kind).toBe("queued");
    expect(story.unit?.reasons[0]).toMatchObject({ code: "branch-red" });
  });

  test("when red, is looked at again, ever more seldom", () => {
    const story = played({ change: "failure", base: "failure" }, { minutes: 120 });
    expect(story.state.trunk?.failures).toBeGreaterThanOrEqual(4);
    expect(controls(story).length).toBeLessThanOrEqual(8);
    expect(story.state.units[1]?.place.kind).toBe("queued");
  });

  test("says nothing when CI broke, and is asked again after a while", () => {
    const story = played({ change: "failure", base: "cancelled" }, { minutes: 30 });
    expect(story.state.trunk).toBeUndefined();
    expect(controls(story).length).toBeGreaterThan(1);
    expect(controls(story).length).toBeLessThan(8);
    expect(story.state.units[1]?.place.kind).toBe("queued");
  });
});
