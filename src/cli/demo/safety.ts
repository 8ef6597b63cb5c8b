import { git } from "../../sandbox/git/git.js";
import type { Sandbox } from "../../sandbox/server.js";
import { fullName, type Repo } from "../../sandbox/state.js";

/** What must hold at the end, told from the sandbox's own records alone: nothing that Drumline says is believed here. */
export interface Safety {
  readonly mainGreen: boolean;
  /** Moves of main to a commit that CI had not passed before; empty when every landed tree is a tested tree. */
  readonly untested: readonly string[];
  readonly landings: number;
}

export async function safetyOf(sandbox: Sandbox, repo: Repo): Promise<Safety> {
  const { ci, world } = sandbox;
  if (!ci) return { mainGreen: false, untested: ["there is no CI"], landings: 0 };
  const ref = `refs/heads/${repo.defaultBranch}`;
  const moves = world.moves.filter((m) => m.repo === repo && m.ref === ref);
  const untested: string[] = [];
  for (const move of moves) {
    if (move.to === null) {
      untested.push(`${repo.defaultBranch} was deleted`);
      continue;
    }
    const tree = (await git(repo.dir, ["rev-parse", `${move.to}^{tree}`])).trim();
    const proof = ci.records.some(
      (r) =>
        r.repo === fullName(repo) &&
        r.sha === move.to &&
        r.tree === tree &&
        r.conclusion === "success" &&
        r.at <= move.at,
    );
    if (!proof) untested.push(`${move.to} by ${move.by.login}`);
  }
  const tip = (await git(repo.dir, ["rev-parse", ref])).trim();
  return { mainGreen: ci.passed(repo, tip), untested, landings: moves.length };
}
