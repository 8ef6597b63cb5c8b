import { openStore } from "../../src/store/open.js";
import { git } from "../../src/sandbox/git/git.js";
import type { Sandbox } from "../../src/sandbox/server.js";
import { fullName, type Repo } from "../../src/sandbox/state.js";
import { quiet } from "../store/server.js";

/** What must be true of the world whatever happened: each sentence answered is one that is not. */
export async function broken(sandbox: Sandbox, repo: Repo): Promise<string[]> {
  return [...(await landedTwice(repo)), ...untested(sandbox, repo), ...doubledWords(sandbox, repo)];
}

async function landedTwice(repo: Repo): Promise<string[]> {
  const subjects = (await git(repo.dir, ["log", "--format=%s", "main"])).split("\n");
  return [...repo.issues.values()].flatMap((issue) => {
    const merges = subjects.filter((s) => s.startsWith(`Merge pull request #${issue.number} from `)).length;
    const expected = issue.pull?.merged ? 1 : 0;
    return merges === expected ? [] : [`#${issue.number} is in main ${merges} times, ${expected} expected`];
  });
}

function untested(sandbox: Sandbox, repo: Repo): string[] {
  const moves = sandbox.world.moves.filter(
    (m) => m.repo === repo && m.ref === "refs/heads/main" && m.by.type === "Bot",
  );
  return moves.flatMap((move) => {
    const passed = sandbox.ci?.records.some((r) => r.sha === move.to && r.conclusion === "success" && r.at <= move.at);
    return passed === true ? [] : [`main moved to ${move.to ?? "nothing"}, which had not passed`];
  });
}

function doubledWords(sandbox: Sandbox, repo: Repo): string[] {
  return [...repo.issues.values()].flatMap((issue) => {
    const checks = [...repo.checkRuns.values()].filter(
      (r) => r.appId === sandbox.app.id && r.headSha === issue.pull?.headSha && r.externalId === String(issue.number),
    );
    const comments = [...repo.comments.values()].filter((c) => c.issue === issue.number && c.user.type === "Bot");
    return [
      ...(checks.length > 1 ? [`#${issue.number} (${issue.title}) has ${checks.length} check runs on one head`] : []),
      ...(comments.length > 1 ? [`#${issue.number} (${issue.title}) has ${comments.length} comments of ours`] : []),
    ];
  });
}

/** What the store must hold in the end. The app is stopped by now. */
export async function brokenRecords(
  repo: Repo,
  { dataDir, databaseUrl }: { dataDir: string; databaseUrl?: string },
): Promise<{ broken: string[]; ledger: number; decisions: number }> {
  const opened = await openStore({ dataDir, databaseUrl, log: quiet });
  try {
    const counts = await opened.readPort.counts();
    const landed = new Map<number, number>();
    let ledger = 0;
    for (let before: number | undefined; ;) {
      const page = await opened.readPort.ledger({ limit: 1000, ...(before !== undefined && { before }) });
      ledger += page.length;
      for (const entry of page) {
        if (entry.kind !== "verdict" || entry.number === null) continue;
        const { reasons } = entry.body as { reasons: readonly { code: string }[] };
        if (reasons.some((r) => r.code === "landed")) landed.set(entry.number, (landed.get(entry.number) ?? 0) + 1);
      }
      before = page.at(-1)?.id;
      if (before === undefined) break;
    }
    const merged = [...repo.issues.values()].filter((i) => i.pull?.merged).map((i) => i.number);
    const versions = await versionsOf(opened.readPort, `${fullName(repo)}@main`);
    return {
      broken: [
        ...["pending_line", "pending_words"].flatMap((name) =>
          counts[name] === 0 ? [] : [`${counts[name]} ${name} are left`],
        ),
        ...merged.filter((n) => !landed.has(n)).map((n) => `the ledger does not tell that #${n} landed`),
        ...(new Set(versions).size === versions.length ? [] : ["two decisions were made of one version"]),
      ],
      ledger,
      decisions: versions.length,
    };
  } finally {
    await opened.close();
  }
}

async function versionsOf(
  reads: Awaited<ReturnType<typeof openStore>>["readPort"],
  queue: Parameters<typeof reads.decisions>[0],
): Promise<number[]> {
  const versions: number[] = [];
  for (let before: number | undefined; ;) {
    const page = await reads.decisions(queue, { limit: 200, ...(before !== undefined && { before }) });
    versions.push(...page.map((d) => d.version));
    before = page.at(-1)?.id;
    if (before === undefined) return versions;
  }
}
