import type { Id } from "./snapshot.js";

/** An answer in the planner's own terms: changes by their rank. */
export interface Moves<B extends Id = Id> {
  readonly land: readonly (readonly number[])[];
  readonly reject: readonly number[];
  readonly cancel: readonly B[];
  readonly start: readonly (readonly number[])[];
}
