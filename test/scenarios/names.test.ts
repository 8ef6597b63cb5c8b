import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { startWorld, type TestWorld } from "../world/world.js";

/** In a repository where nobody has said anything yet, whoever is asked has a name, and nobody is looked up in vain. */

const policy = `
automatic: { owner: "@carol", downgrade: review, trips: { reverts: 2, days: 30 } }
rules:
  - name: Docs move by themselves
    when: { paths: { only: docs/ } }
    then: auto
  - name: Machines are taken in by a maintainer
    when: { contributors: bot }
    needs: { approvals: { count: 1, from: maintain } }
queue: { checks: [ci/test], start: automatically }
`;

let world: TestWorld;
beforeAll(async () => {
  world = await startWorld({ policy, collaborators: { bob: "write", carol: "maintain", dave: "read" } });
});
afterAll(async () => {
  await world.end();
});

describe("people", () => {
  test("are not looked up for a change that moves by itself, whoever opens it", async () => {
    for (const login of ["bob", "carol", "dependabot[bot]"]) {
      const branch = `docs-${login.length}`;
      const files = { [`docs/${login.length}.md`]: "page\n" };
      const { number } = await world.person(login).opensPullRequest({ branch, files, title: "Write a page" });
      if (login !== "dependabot[bot]") await world.until("it lands", () => world.pull(number).merged);
    }
    expect(askedAbout(/permission$/)).toBe(0);
  });

  test("are listed once when somebody is needed, and whoever can do it is named", async () => {
    const before = askedAbout(/\/collaborators$/);
    for (const branch of ["one", "two"]) {
      const files = { [`src/${branch}.js`]: `export const ${branch} = 1;\n` };
      const { number } = await world.person("bob").opensPullRequest({ branch, files, title: branch });
      await world.until("a person is named", () =>
        (world.check(number)?.summary ?? "").includes("**Next:** **carol**"),
      );
    }
    expect(askedAbout(/\/collaborators$/) - before).toBeLessThanOrEqual(1);
    expect(askedAbout(/permission$/)).toBe(0);
  });

  test("who hold enough are named, and the machine's author is no person to ask", async () => {
    const { number } = await world
      .person("renovate[bot]")
      .opensPullRequest({ branch: "bump", files: { "src/v.js": "export const v = 2;\n" }, title: "Bump v" });
    await world.until("carol is named", () => (world.check(number)?.summary ?? "").includes("**Next:** **carol**"));
    await world.person("dave").comments(number, "@drumline human");
    await world.until("a person is named", () =>
      (world.check(number)?.summary ?? "").includes("asked for a person: **"),
    );
  });
});

function askedAbout(path: RegExp): number {
  return world.sandbox.world.requests.filter((r) => r.method === "GET" && path.test(r.path.split("?")[0] ?? "")).length;
}
