import { featureValues } from "../../src/core/risk/features.js";
import { emptyHistory, recordHarm, recordLanding } from "../../src/core/risk/history.js";
import { viewOf } from "../../src/core/risk/view.js";
import type { LabelledRepo } from "./data.js";
import { eventsOf } from "./stream.js";

/** Features of every change as they stood when it landed, beside what became of it. */
export interface RepoMatrix {
  readonly name: string;
  readonly rows: readonly Float64Array[];
  /** 1 for a change that came to harm within 60 days. */
  readonly labels: readonly number[];
  readonly counted: readonly boolean[];
  readonly at: readonly number[];
}

export function matrixOf(repo: LabelledRepo): RepoMatrix {
  const history = emptyHistory();
  const rows: Float64Array[] = [];
  for (const event of eventsOf(repo.changes)) {
    if (event.type === "outcome") {
      recordHarm(history, event);
    } else {
      const { change, at } = event.labelled;
      const view = viewOf(history, { change, at });
      rows.push(featureValues(view));
      recordLanding(history, { described: view.described, at });
    }
  }
  return {
    name: repo.name,
    rows,
    labels: repo.changes.map((c) => Number(c.bad)),
    counted: repo.changes.map((c) => c.counted),
    at: repo.changes.map((c) => c.at),
  };
}
