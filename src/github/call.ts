import type { Octokit } from "@octokit/rest";
import type { Instant, RepoName } from "../core/model/ids.js";
import type { Store } from "../engine/ports.js";

/** What every write needs. */
export interface WriterOptions {
  readonly octokit: Octokit;
  readonly store: Pick<Store, "resources" | "keep" | "markStale">;
  readonly repo: RepoName;
  readonly appId: number;
  /** The app's own login, `[bot]` and all. */
  readonly login: string;
  readonly now: () => Instant;
}

export interface Call extends WriterOptions {
  readonly at: { readonly owner: string; readonly repo: string };
}
