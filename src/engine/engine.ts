import type { Logger } from "pino";
import type { Clock, GitHub, Store } from "./ports.js";

/** What every run works with. */
export interface Engine {
  readonly store: Store;
  readonly github: GitHub;
  readonly clock: Clock;
  readonly log: Logger;
}
