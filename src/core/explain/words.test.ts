import { describe, expect, test } from "@jest/globals";
import { prNumber } from "../model/ids.js";
import type { Reason } from "../model/reason.js";
import { code, list, text, words } from "./words.js";

describe("words", () => {
  test.each<[Reason, string]>([
    [{ code: "risk", level: "low", score: 0.0123 }, "Risk is low (1.2 % likely to be reverted or do harm)."],
    [
      { code: "approvals-missing", rule: "four eyes", have: 1, need: 2, from: ["@acme/dba"] },
      "“Four eyes” needs 2 approvals and has 1; **acme/dba** can give it.",
    ],
    [
      { code: "refused", by: "maya", reason: "no plan", at: 0 },
      "**maya** refused it (“no plan”); that holds until it is answered.",
    ],
    [
      { code: "approvals-missing", rule: "always", have: 0, need: 1, from: ["write"] },
      "“Always” needs 1 approval and has 0; anybody with write access can give it.",
    ],
    [
      { code: "proposed-policy", fault: "invalid", what: ["p.yml:1:8: no"] },
      "The policy that it proposes is not valid: `p.yml:1:8: no`",
    ],
    [{ code: "waits-for-slot", ahead: 0 }, "Next to be tested."],
    [{ code: "waits-for-slot", ahead: 2 }, "2 changes ahead of it in the queue."],
    [
      {
        ...{ code: "gated", how: "held", station: "review" },
        ...{ since: 0, until: 3_600_000, latest: 86_400_000, ready: 900, enough: 840 },
      },
      "Held at the gate: 15 hours of ready work stand before review, which limits this line, and 14 hours are enough. It is let through by about 1970-01-01 01:00 UTC, at the latest 1970-01-02 00:00 UTC; a person lets it through at once with `@drumline queue`.",
    ],
    [{ code: "touches", targets: ["web", "api"], more: 0 }, "It touches `web` and `api`: what touches none of these can land beside it."], // prettier-ignore
    [{ code: "touches", targets: ["web"], more: 3 }, "It touches `web` and 3 targets more: what touches none of these can land beside it."], // prettier-ignore
    [{ code: "touches-everything", because: "unreported" }, "It counts as touching everything, and waits for its turn among all others: CI has not reported which targets it affects."], // prettier-ignore
    [{ code: "touches-everything", because: "dependencies", what: "go.mod" }, "It counts as touching everything, and waits for its turn among all others: `go.mod` says who depends on whom."], // prettier-ignore
    [{ code: "frozen", name: "release week" }, "Landing is frozen: release week."],
    [
      { code: "failed-alone", group: "g3", failures: 1, more: 1 },
      "It failed by itself (group g3). That may be a flake: it is tested again, and 1 more failure would take it out of the queue.",
    ],
    [
      { code: "suspected", group: "g3", with: [prNumber(7)], good: 0.75 },
      "Group g3 failed with it and #7: they are tested apart to find which is at fault (25.0 % likely this one).",
    ],
    [
      { code: "overtaken", group: "g3", by: 2 },
      "It passed in group g3, but 2 changes landed meanwhile that it was not tested with: it is tested again.",
    ],
    [
      { code: "retry-later", why: "timeout", until: 0 },
      "The last test ended by a time-out, which is no fault of its own: it is tried again at 1970-01-01 00:00 UTC.",
    ],
    [
      { code: "throttled", perHour: 4, until: 0 },
      "No more than 4 may land in an hour: there is room again at 1970-01-01 00:00 UTC.",
    ],
    [
      {
        ...{ code: "drum-full", how: "held", class: "irreversible", per: "deploy", landed: 2, limit: 2 },
        ...{ until: 0, latest: 60_000 },
      },
      "It waits: 2 changes that cannot be taken back have landed since the last deployment, and 2 are what production is taken to absorb. It goes on at about 1970-01-01 00:00 UTC, at the latest after 1970-01-01 00:01 UTC; a hotfix passes.",
    ],
    [
      { code: "deploy-full", how: "observed", waiting: 3, takes: 3, until: null, latest: 0 },
      "It would wait and go on when there is room, which is overdue: deployments limit this line, 3 landed changes wait for the next one, and it takes 3. The policy only watches.",
    ],
    [
      { code: "ejected", group: "g3", urls: ["https://ci.example/7"], with: [] },
      "It failed by itself: group g3 ([log](https://ci.example/7)). Push a fix, and it is judged anew.",
    ],
  ])("%j", (reason, expected) => {
    expect(words(reason)).toBe(expected);
  });

  test("what others wrote stays text", () => {
    expect(text("@maya <b>[x](http://evil)</b>\n# no")).toBe("@\u200bmaya \\<b\\>\\[x\\](http://evil)\\</b\\> \\# no");
    expect(code("a`b\nc")).toBe("`aˋb c`");
    expect(words({ code: "ejected", group: "g", urls: ["javascript:alert(1)"], with: [] })).not.toContain("javascript");
  });

  test("long text is cut, long lists are counted", () => {
    expect(text("x".repeat(1000))).toHaveLength(300);
    expect(list(Array.from({ length: 12 }, (_, i) => `#${i}`))).toMatch(/and 2 more$/);
  });
});
