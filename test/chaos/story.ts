import { setTimeout as sleep } from "node:timers/promises";
import type { CiCommit } from "../../src/sandbox/ci.js";
import type { Sandbox } from "../../src/sandbox/server.js";
import type { Repo } from "../../src/sandbox/state.js";

/**
 * A story whose end does not depend on the order in which its threads are heard of: every pull request has one place
 * where it ends, except that of each pair one lands and the other is ejected.
 */
export type End = "landed" | "ejected" | "refused" | "on hold" | "waits";

export const repository = {
  owner: "acme",
  name: "shop",
  collaborators: { alice: "write", bob: "write", carol: "maintain" },
  files: {
    "README.md": "# Shop\n",
    "db/001_customers.sql": "create table customers (id int primary key, nickname text);\n",
    ".github/drumline.yml": `automatic: { owner: "@carol", downgrade: review, trips: { reverts: 2, days: 30 } }
rules:
  - name: Notes move by themselves
    when: { paths: { only: ["notes/**"] } }
    then: auto
  - name: What the database loses, two people judge
    owner: "@carol"
    when: { findings: "sql/*", reversibility: irreversible }
    then: hold
    needs: { approvals: 2 }
queue: { checks: [ci/test], start: automatically, slots: 2 }
`,
  },
} as const;

/** Red while a commit holds a broken note or both halves of a pair; slow enough to be killed under. */
export async function decide(commit: CiCommit): Promise<"success" | "failure"> {
  const files = await commit.files();
  if (commit.branch.startsWith("drumline")) await sleep(200);
  const clash = files.some((f) => f.startsWith("notes/left-") && files.includes(f.replace("left-", "right-")));
  return clash || files.some((f) => f.startsWith("notes/broken-")) ? "failure" : "success";
}

/** One round: nine pull requests, opened and judged without waiting for the line to keep up. */
export async function playRound(sandbox: Sandbox, repo: Repo, round: number): Promise<void> {
  const as = (login: string) => sandbox.person(repo, login);
  const opens = async (by: string, name: string, folder: "notes" | "src" | "db", more: object = {}) => {
    const path = `${folder}/${name}-${round}${folder === "db" ? ".sql" : ".md"}`;
    const content = folder === "db" ? "alter table customers drop column nickname;\n" : `${name}\n`;
    const wanted = { branch: `${name}-${round}`, files: { [path]: content }, title: `${name} ${round}`, ...more };
    return (await as(by).opensPullRequest(wanted)).number;
  };
  await opens("alice", "docs", "notes");
  await opens("alice", "left", "notes");
  await opens("bob", "right", "notes");
  await opens("bob", "broken", "notes");
  const code = await opens("alice", "code", "src");
  const refused = await opens("alice", "refused", "src");
  await as("carol").comments(refused, "@drumline refuse There is one already.");
  await as("bob").approves(code);
  const dropped = await opens("alice", "dropped", "db");
  await as("bob").approves(dropped);
  await opens("alice", "lower", "notes");
  await opens("alice", "upper", "notes", { from: `lower-${round}`, base: `lower-${round}` });
}

/** Where each pull request stands, by title. */
export function ends(repo: Repo): Map<string, End> {
  const found = new Map<string, End>();
  for (const issue of repo.issues.values()) if (issue.pull) found.set(issue.title, endOf(repo, issue.number));
  return found;
}

function endOf(repo: Repo, number: number): End {
  const pull = repo.issues.get(number)?.pull;
  if (pull?.merged) return "landed";
  const check = [...repo.checkRuns.values()].findLast((r) => r.headSha === pull?.headSha && r.name === "Drumline");
  const title = check?.output.title ?? "";
  if (title.startsWith("Left the queue")) return "ejected";
  if (title.startsWith("Refused")) return "refused";
  return title.startsWith("On hold") ? "on hold" : "waits";
}

/** The ends in an order that can be compared: which half of a pair landed depends on who was heard first. */
export function comparable(found: ReadonlyMap<string, End>): readonly string[] {
  const pair = (title: string) => /^(left|right) (\d+)$/.exec(title)?.[2];
  return [...found]
    .map(([title, end]) => `${pair(title) === undefined ? title : `pair ${pair(title)}`}: ${end}`)
    .sort();
}

const settledEnds: Readonly<Record<string, readonly End[]>> = {
  docs: ["landed"],
  code: ["landed"],
  lower: ["landed"],
  upper: ["landed"],
  broken: ["ejected"],
  refused: ["refused"],
  dropped: ["on hold"],
  left: ["landed", "ejected"],
  right: ["landed", "ejected"],
};

/** What has not come to its end yet. */
export function open(found: ReadonlyMap<string, End>): readonly string[] {
  return [...found].flatMap(([title, end]) =>
    settledEnds[title.split(" ")[0] ?? ""]?.includes(end) ? [] : [`${title}: ${end}`],
  );
}
