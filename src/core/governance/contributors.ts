import type { CommitFacts, PullFacts } from "../facts/facts.js";
import type { Login } from "../model/ids.js";
import { read, type Read } from "../model/read.js";

/** Who wrote or committed a part of the change. */
export interface Contributors {
  readonly known: readonly Login[];
  /** Co-authors, and authors whose address belongs to no account: as written. */
  readonly unmapped: readonly string[];
}

/** GitHub's own committer for what people do on its pages; it stands for nobody. */
const webFlow = "web-flow";

/** Asked for once a candidate and need: kept for as long as the commits are. */
const kept = new WeakMap<readonly CommitFacts[], Contributors>();

export function contributors(pull: PullFacts): Read<Contributors> {
  if (pull.commits.state !== "read") return pull.commits;
  const idle = idleMerges(pull);
  if (idle.size > 0) return read(contributorsOf(pull.commits.value.filter((c) => !idle.has(c.sha))));
  const known = kept.get(pull.commits.value) ?? contributorsOf(pull.commits.value);
  kept.set(pull.commits.value, known);
  return read(known);
}

/**
 * Merges that left the change as it was: whoever pressed "Update branch" wrote none of it. Proven by the diff that was
 * seen before and after; a merge whose diff nobody saw counts as written, for it may hold anything.
 */
function idleMerges({ commits, heads }: PullFacts): ReadonlySet<string> {
  if (commits.state !== "read") return new Set();
  const merges = commits.value.filter((c) => (c.parents ?? 1) > 1).map((c) => c.sha);
  return new Set(
    merges.filter((sha) => {
      const at = heads.findIndex((h) => h.sha === sha);
      const [before, after] = [heads[at - 1]?.diffDigest, heads[at]?.diffDigest];
      return typeof after === "string" && before === after;
    }),
  );
}

function contributorsOf(commits: readonly CommitFacts[]): Contributors {
  const known = new Map<string, Login>();
  const unmapped = new Set<string>();
  for (const commit of commits) {
    for (const login of [commit.author, commit.committer]) {
      if (login !== null && login !== webFlow) known.set(login.toLowerCase(), login);
    }
    if (commit.author === null) unmapped.add("an author without an account");
    for (const written of commit.coAuthors) {
      const login = coAuthorLogin(written);
      if (login === null) unmapped.add(written);
      else known.set(login.toLowerCase(), login);
    }
  }
  return { known: [...known.values()], unmapped: [...unmapped] };
}

/** The account in GitHub's own `ID+LOGIN@users.noreply.github.com`; every other address proves nothing. */
function coAuthorLogin(written: string): Login | null {
  const match = /<(?:\d{1,20}\+)?([A-Za-z0-9-]{1,39}(?:\[bot\])?)@users\.noreply\.github\.com>/i.exec(written);
  return match?.[1] ?? null;
}
