import type { Actor } from "../model/actor.js";
import type { Instant, Login, Sha } from "../model/ids.js";

/** What people said about a work unit by command, and still holds. Recorded in the queue's state. */
export interface Standing {
  /** Holds until the author changes the head and the refuser, or somebody who may override, lifts it (`resume`). */
  readonly refusal?: { readonly by: Login; readonly reason: string; readonly at: Instant };
  /** Speaks about one head only. */
  readonly override?: { readonly by: Login; readonly reason: string; readonly at: Instant; readonly headSha: Sha };
  readonly hold?: { readonly by: Login; readonly at: Instant };
  readonly personAskedFor?: { readonly by: Actor; readonly at: Instant };
  /** Somebody asked why it stands where it stands: the comment says so even if nobody is needed. */
  readonly explainAsked?: boolean;
  /** Somebody asked for it to be queued, or to stay out. */
  readonly queue?: {
    readonly wanted: "in" | "out";
    readonly by: Login;
    readonly at: Instant;
    readonly hotfix: boolean;
  };
}
