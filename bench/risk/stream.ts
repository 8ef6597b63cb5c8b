import type { LabelledChange } from "./data.js";

export type StreamEvent =
  | { readonly type: "change"; readonly labelled: LabelledChange }
  | { readonly type: "outcome"; readonly id: string; readonly at: number };

/** Landings and outcomes merged by time, as they would reach a running system; an outcome before a landing of the same instant. */
export function* eventsOf(changes: readonly LabelledChange[]): Generator<StreamEvent> {
  const outcomes = changes
    .flatMap((c) => (c.harmedAt === null ? [] : [{ type: "outcome" as const, id: c.change.id, at: c.harmedAt }]))
    .sort((a, b) => a.at - b.at);
  let next = 0;
  for (const labelled of changes) {
    for (let outcome = outcomes[next]; outcome && outcome.at <= labelled.at; outcome = outcomes[++next]) yield outcome;
    yield { type: "change", labelled };
  }
  yield* outcomes.slice(next);
}
