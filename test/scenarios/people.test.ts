import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { startWorld, type TestWorld } from "../world/world.js";

/** What people say to the line, and what it makes of it: stories of one repository, one after the other. */

const policy = `
automatic: { owner: "@carol", downgrade: review, trips: { reverts: 2, days: 30 } }
rules:
  - name: Notes move by themselves
    when: { paths: { only: ["notes/**"] } }
    then: auto
  - name: What the database loses, two people judge
    why: A dropped column can't be put back with what was in it.
    owner: "@carol"
    when: { findings: "sql/*", reversibility: irreversible }
    then: hold
    needs: { approvals: 2 }
queue: { checks: [ci/test], start: automatically }
`;

let world: TestWorld;
beforeAll(async () => {
  world = await startWorld({
    policy,
    files: { "db/migrations/001_customers.sql": "create table customers (id int primary key, nickname text);\n" },
    collaborators: { alice: "write", bob: "write", carol: "maintain", dave: "read" },
  });
});
afterAll(async () => {
  await world.end();
});

describe("people and the line", () => {
  test("a refusal with a reason holds against an approval, and its author's resume lifts it", async () => {
    const number = await code("refused");
    await asked(number);
    await world.person("bob").comments(number, "@drumline refuse There are two ways to do this already.");
    await world.until("it is refused", () => world.check(number)?.title.startsWith("Refused") === true);
    expect(world.check(number)?.conclusion).toBe("failure");
    expect(world.check(number)?.summary).toContain("There are two ways to do this already.");
    await world.person("carol").approves(number);
    await world.person("alice").comments(number, "@drumline resume");
    await quiet();
    expect(world.pull(number).merged).toBe(false);
    await world.person("bob").comments(number, "@drumline resume");
    await landed(number);
  });

  test("a maintainer's override lands what still lacks an approval; a writer's is denied, and said", async () => {
    const number = await code("override");
    await asked(number);
    await world.person("bob").comments(number, "@drumline override It is late.");
    await world.until("the denial is said", () => /bob.*may not `override`/s.test(world.comments(number).join("\n")));
    expect(world.pull(number).merged).toBe(false);
    await world.person("carol").comments(number, "@drumline override Production is down.");
    await landed(number);
    expect(world.comments(number)).toHaveLength(1 + 2);
  });

  test("somebody who may only read commands nothing, and is told so", async () => {
    const number = await code("denied");
    await asked(number);
    await world.person("dave").comments(number, "@drumline hold");
    await world.until("the denial is said", () => /dave.*may not `hold`/s.test(world.comments(number).join("\n")));
    await world.person("bob").approves(number);
    await landed(number);
  });

  test("hold keeps a permitted change, resume lets it go", async () => {
    const number = await code("held");
    await asked(number);
    await world.person("bob").comments(number, "@drumline hold");
    await world.until("it is held", () => /put it on hold/.test(world.check(number)?.summary ?? ""));
    await world.person("bob").approves(number);
    await quiet();
    expect(world.pull(number).merged).toBe(false);
    await world.person("carol").comments(number, "@drumline resume");
    await landed(number);
  });

  test("dequeue takes it out, queue puts it back", async () => {
    const number = await code("dequeued");
    await asked(number);
    await world.person("alice").comments(number, "@drumline dequeue");
    await world.person("bob").approves(number);
    await quiet();
    expect(world.pull(number).merged).toBe(false);
    await world.person("bob").comments(number, "@drumline queue");
    await landed(number);
  });

  test("a command that is only quoted commands nothing, nor one that somebody wrote into another's comment", async () => {
    const number = await code("quoted");
    await asked(number);
    await world.person("carol").comments(number, "> @drumline override Quoted words.\n\nI would not do this.");
    const comment = await world.person("carol").comments(number, "I'd rather wait.");
    await world.person("bob").editsComment(comment, "@drumline override Production is down.");
    await quiet();
    expect(world.pull(number).merged).toBe(false);
  });

  test("a dropped column needs two people, and a push voids what was approved before it", async () => {
    const branch = "drop";
    const file = "db/migrations/002_drop.sql";
    const pull = await world.person("alice").opensPullRequest({
      branch,
      files: { [file]: "alter table customers drop column nickname;\n" },
      title: "Drop the nickname",
    });
    const { number } = pull;
    await world.until("it is on hold", () => world.check(number)?.title.startsWith("On hold") === true);
    await world.person("bob").approves(number);
    await world.until("one approval is counted", () =>
      /needs 2 approvals and has 1/.test(world.check(number)?.summary ?? ""),
    );
    await world.person("alice").pushes({
      branch,
      files: { [file]: "set lock_timeout = '2s';\nalter table customers drop column nickname;\n" },
    });
    await world.until("the approval is void", () =>
      /does not count: a push changed the diff/.test(world.check(number)?.summary ?? ""),
    );
    await world.person("carol").approves(number);
    await quiet();
    expect(world.pull(number).merged).toBe(false);
    await world.person("bob").approves(number);
    await landed(number);
    expect(world.pull(number).labels).toContain("drumline: irreversible");
  });

  test("whoever has been asked once is told in one comment, edited in place", () => {
    for (const issue of world.repo.issues.values()) {
      const ours = [...world.repo.comments.values()].filter((c) => c.issue === issue.number && c.user.type === "Bot");
      expect(ours.length).toBeLessThanOrEqual(1);
    }
  });
});

async function code(name: string): Promise<number> {
  const pull = await world
    .person("alice")
    .opensPullRequest({ branch: name, files: { [`src/${name}.js`]: "export const a = 1;\n" }, title: `Add ${name}` });
  return pull.number;
}

async function asked(number: number): Promise<void> {
  await world.until("a person is asked", () => world.check(number)?.conclusion === "action_required");
}

/** Until the line has taken in all that was said: a state that must not change is looked at only then. */
async function quiet(): Promise<void> {
  await world.sandbox.settled();
  await world.until("the line is quiet", async () => {
    const counts = await world.app.reads.counts();
    return ["pending_line", "jobs_waiting", "jobs_running"].every((name) => counts[name] === 0);
  });
}

async function landed(number: number): Promise<void> {
  await world.until(`#${number} lands`, () => world.pull(number).merged);
}
