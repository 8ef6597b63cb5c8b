import type { Logger } from "pino";
import type { BusyElsewhere } from "./busy.js";
import type { Memory } from "./lessons.js";
import type { Rehearsal } from "./proposals.js";
import type { Clock, GitHub, Store } from "./ports.js";

/** What every run works with. */
export interface Engine {
  readonly store: Store;
  readonly github: GitHub;
  readonly memory: Memory;
  readonly rehearsal: Rehearsal;
  readonly busyElsewhere: BusyElsewhere;
  readonly clock: Clock;
  readonly log: Logger;
}
