import { git } from "../git/git.js";
import type { Repo } from "../state.js";

/** Keeps a pull request's head readable in the base repository, as `refs/pull/N/head`. */
export async function pinHead(base: Repo, head: { number: number; from: Repo; sha: string }): Promise<void> {
  const ref = `refs/pull/${head.number}/head`;
  if (head.from !== base) await git(base.dir, ["fetch", "--quiet", "--no-tags", head.from.dir, head.sha]);
  await git(base.dir, ["update-ref", ref, head.sha]);
}
