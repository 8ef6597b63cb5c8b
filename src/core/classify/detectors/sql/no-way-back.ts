import { operationDetector } from "../../sql/operation-detector.js";

export const noWayBack = operationDetector({
  id: "sql/no-way-back",
  kind: "no-way-back",
  reads: "A migration without, or with an empty, down; IrreversibleMigration",
  reversibility: "irreversible",
  why: "The migration says of itself that it can't be undone.",
  remedy: "Write a `down` (or reverse_code, downgrade) and run it in a test.",
  source: "Rails: ActiveRecord::IrreversibleMigration; Django: IrreversibleError",
});
