import type { Beliefs } from "./beliefs.js";
import type { Holds } from "./controls.js";
import type { Id } from "./snapshot.js";
import type { View } from "./view.js";

/** What both ways of choosing builds start from. */
export interface Shop<B extends Id = Id> {
  readonly view: View<Id, B>;
  readonly beliefs: Beliefs;
  readonly holds: Holds;
  /** Slots that nobody uses; may be negative. */
  readonly free: number;
}

/** An answer in the planner's own terms: changes by their rank. */
export interface Moves<B extends Id = Id> {
  readonly land: readonly (readonly number[])[];
  readonly reject: readonly number[];
  readonly cancel: readonly B[];
  readonly start: readonly (readonly number[])[];
}
