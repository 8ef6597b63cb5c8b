import { describe, expect, test } from "@jest/globals";
import { aCheck, aPullRequest, facts, minute } from "../../test/build/queue.js";
import { commit } from "../../test/build/facts.js";
import { docsPolicy } from "../../test/build/policies.js";
import type { Facts } from "./facts/facts.js";
import type { Decision } from "./line/decision.js";
import type { LineEffect, Outcome } from "./model/effect.js";
import { prNumber } from "./model/ids.js";
import { read } from "./model/read.js";
import { decide } from "./decide.js";
import { emptyQueueState } from "./queue/state.js";

const docs = aPullRequest({ number: 1 });
const code = aPullRequest({
  number: 2,
  files: read([
    {
      path: "src/a.ts",
      status: "added",
      added: 1,
      deleted: 0,
      patch: { state: "text", text: "@@ -0,0 +1 @@\n+let a = 1;\n" },
    },
  ]),
});

const first = (of: Facts): Decision => decide(of, emptyQueueState, minute);
const line = (decision: Decision, kind: LineEffect["kind"]) => decision.effects.filter((e) => e.kind === kind);
const unit = (decision: Decision, number: number) => decision.units.find((u) => u.number === number);

/** The group's commit is built and CI has said something about it. */
function tested(before: Decision, conclusion: "success" | "failure", of: Facts): Facts {
  const group = before.next.groups[0]?.id ?? "";
  const built: Outcome = {
    kind: "built",
    effect: `build:${group}`,
    group,
    sha: commit(50),
    tree: commit(51),
    onto: of.repo.baseSha,
  };
  return { ...of, outcomes: [built], builds: { [commit(50)]: read([aCheck(conclusion)]) } };
}

describe("decide", () => {
  test("an automatic change is built, alone in its group, on the base", () => {
    const decision = first(facts({ pulls: [docs] }));
    expect(line(decision, "build")).toEqual([
      expect.objectContaining({
        onto: commit(1),
        members: [expect.objectContaining({ number: 1, headSha: docs.headSha })],
      }),
    ]);
    expect(unit(decision, 1)?.reasons[0]?.code).toBe("testing");
  });

  test("the same facts, state and instant give the same decision", () => {
    const of = facts({ pulls: [docs, code] });
    expect(first(of)).toEqual(first(of));
    expect(JSON.parse(JSON.stringify(first(of)))).toEqual(first(of));
  });

  test("what was said is not said twice", () => {
    const of = facts({ pulls: [code] });
    const once = first(of);
    expect(once.effects.map((e) => e.kind).sort()).toEqual(["check", "comment", "labels"]);
    expect(decide(of, once.next, 2 * minute).effects).toEqual([]);
  });

  test("code waits for a person, and an approval of the recorded head lets it in", () => {
    expect(unit(first(facts({ pulls: [code] })), 2)?.verdict.permits).toBe(false);
    const approval = {
      id: 1,
      by: "ben",
      state: "approved" as const,
      headSha: code.headSha,
      diffDigest: code.diffDigest,
      at: 1,
    };
    const approved = first(facts({ pulls: [{ ...code, reviews: read([approval]) }] }));
    expect(line(approved, "build")).toHaveLength(1);
    const elsewhere = { ...approval, headSha: null, diffDigest: null };
    expect(line(first(facts({ pulls: [{ ...code, reviews: read([elsewhere]) }] })), "build")).toHaveLength(0);
  });

  test("a green group lands from where the base stands, to exactly what was tested", () => {
    const of = facts({ pulls: [docs] });
    const decision = decide(tested(first(of), "success", of), first(of).next, 2 * minute);
    expect(line(decision, "land")).toEqual([
      expect.objectContaining({ from: commit(1), to: commit(50), tree: commit(51) }),
    ]);
  });

  test("a base that moved meanwhile sends the group back to be built anew", () => {
    const of = facts({ pulls: [docs] });
    const before = first(of);
    const moved = tested(before, "success", { ...of, repo: { ...of.repo, baseSha: commit(2) } });
    const decision = decide(
      { ...moved, outcomes: moved.outcomes.map((o) => (o.kind === "built" ? { ...o, onto: commit(1) } : o)) },
      before.next,
      2 * minute,
    );
    expect(line(decision, "land")).toEqual([]);
    expect(line(decision, "build")).toEqual([expect.objectContaining({ onto: commit(2) })]);
  });

  test("a tree that is not the tested one stops the line until somebody resumes it", () => {
    const of = facts({ pulls: [docs] });
    const wrong: Outcome = {
      kind: "wrong-tree",
      effect: "land:g1",
      group: "g1",
      expected: commit(51),
      found: commit(52),
    };
    const stopped = decide({ ...of, outcomes: [wrong] }, first(of).next, 2 * minute);
    expect(stopped.next.stopped?.why).toMatch(/was tested/);
    expect(unit(stopped, 1)?.reasons[0]?.code).toBe("line-stopped");
    const resume = {
      commentId: 9,
      index: 0,
      by: { login: "max", kind: "human" as const },
      at: 3,
      command: { name: "resume", args: [] },
    };
    expect(
      decide({ ...of, pulls: [{ ...docs, commands: [resume] }] }, stopped.next, 3 * minute).next.stopped,
    ).toBeNull();
  });

  test("a command without authority changes nothing, and that is said", () => {
    const override = {
      commentId: 9,
      index: 0,
      by: { login: "eve", kind: "human" as const },
      at: 3,
      command: { name: "override", args: ["please"] },
    };
    const decision = first(facts({ pulls: [{ ...code, commands: [override] }] }));
    expect(unit(decision, 2)?.verdict.permits).toBe(false);
    const comment = decision.effects.find((e) => e.kind === "comment");
    expect(comment?.kind === "comment" ? comment.body : "").toContain("**eve** may not `override` here");
  });

  test("a new head leaves the queue's old build behind", () => {
    const of = facts({ pulls: [docs] });
    const before = first(of);
    const pushed = aPullRequest({ number: 1, headSha: commit(99) });
    const decision = decide({ ...of, pulls: [pushed] }, before.next, 2 * minute);
    expect(decision.next.groups.flatMap((g) => g.members.map((m) => m.headSha))).toEqual([commit(99)]);
  });

  test("a diff that could not be read permits nothing", () => {
    const unread = aPullRequest({ number: 3, files: { state: "unreadable", why: "502" }, diffDigest: null });
    const decision = first(facts({ pulls: [unread] }));
    expect(unit(decision, prNumber(3))?.verdict.permits).toBe(false);
    expect(line(decision, "build")).toEqual([]);
  });

  test("without a policy nothing moves by itself, and that is said", () => {
    const decision = first(facts({ pulls: [docs], repo: { policy: { state: "absent" } } }));
    expect(line(decision, "build")).toEqual([]);
    expect(unit(decision, 1)?.reasons.map((r) => r.code)).toContain("policy-absent");
  });

  test("a freeze holds all but its exceptions, which keep their place in the queue", () => {
    const freeze = `${docsPolicy}  freezes: [{ name: year's end, during: { from: 1970-01-01, to: 1970-01-02 }, except: { labels: urgent } }]\n`;
    const policy = read({ path: ".github/drumline.yml", text: freeze, digest: "frozen" });
    const urgent = aPullRequest({ number: 4, labels: ["urgent"] });
    const during = first(facts({ pulls: [docs, urgent], repo: { policy } }));
    expect(line(during, "build")).toEqual([
      expect.objectContaining({ members: [expect.objectContaining({ number: 4 })] }),
    ]);
    expect(unit(during, 1)?.reasons[0]).toEqual({ code: "frozen", name: "year's end" });
    expect(during.next.units[1]?.place.kind).toBe("queued");
    const after = decide(facts({ pulls: [docs], repo: { policy } }), during.next, 3 * 24 * 60 * minute);
    expect(line(after, "build")).toEqual([
      expect.objectContaining({ members: [expect.objectContaining({ number: 1 })] }),
    ]);
  });

  test("what a class of change has earned is judged by, and said", () => {
    const when = docsPolicy.match(/when: .*/)?.[0] ?? "";
    const earned = docsPolicy.replace(when, "when: { autonomy: earned }");
    const policy = read({ path: ".github/drumline.yml", text: earned, digest: "earned" });
    const lessons = { risk: {}, flakeProbability: 0.02, buildMinutes: null };
    const classes = { "human/reversible/medium": { landed: 80, harmed: 0, harmedAt: [] } };
    const proven = first(facts({ pulls: [docs], lessons: { ...lessons, classes }, repo: { policy } }));
    expect(unit(proven, 1)?.autonomy).toMatchObject({ class: "human/reversible/medium", level: "earned" });
    expect(unit(proven, 1)?.verdict.path).toBe("auto");
    const unproven = first(facts({ pulls: [docs], lessons: { ...lessons, classes: {} }, repo: { policy } }));
    expect([unit(unproven, 1)?.autonomy?.level, unit(unproven, 1)?.verdict.path]).toEqual(["none", "review"]);
  });
});
