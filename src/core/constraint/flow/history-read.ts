import type { Instant, QueueKey } from "../../model/ids.js";

/** How far a queue's history was read into the ledger of flow. */
export interface HistoryRead {
  readonly queue: QueueKey;
  /** Only what came before this is read: from here on the webhooks told it. */
  readonly until: Instant;
  readonly phase: "pulls" | "deployments" | "classes" | "done";
  /** Where the next page begins; null: at the newest. */
  readonly cursor: string | null;
  /** Pull requests read, of how many that GitHub has; null before the first page. */
  readonly pulls: number;
  readonly total: number | null;
  readonly steps: number;
  /** Landed changes classified, of how many; null before the first look. */
  readonly classesRead: number;
  readonly classesTotal: number | null;
  /** How often, so far, GitHub could not show the change that is next to be classified. */
  readonly tries: number;
  /** GitHub asked not to be asked before. */
  readonly notBefore: Instant;
  /** Why it could not be read on, the last time; null while it can. */
  readonly problem: string | null;
}
