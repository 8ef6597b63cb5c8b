import type { Detector, DetectorContext, Hit, ReadFile } from "../../detector.js";
import { isDatabaseChange, operationsOf } from "../../sql/operations.js";
import { isOneMigration, isWayBack } from "../../sql/paths.js";
import { splitStatements } from "../../sql/statements.js";
import { sidesOf, textOf } from "../../sides.js";

/** A migration that says, or shows, that it can't be undone. */
export const noWayBack: Detector = {
  id: "sql/no-way-back",
  reads: "A migration without, or with an empty, down; IrreversibleMigration; no reverse_code or reverse_sql",
  reversibility: "irreversible",
  why: "The migration says of itself that it can't be undone.",
  remedy: "Write a `down` (or reverse_code, downgrade) and run it in a test.",
  source: "Rails: ActiveRecord::IrreversibleMigration; Django: IrreversibleError",
  concerns: isDatabaseChange,
  detect: (file, context) => [...fromOperations(file), ...fromPair(file, context)],
};

function fromOperations(file: ReadFile): Hit[] {
  return operationsOf(file)
    .filter((operation) => operation.kind === "no-way-back")
    .map(({ line, what }) => ({ path: file.change.path, line, why: `This ${what}. ${noWayBack.why}` }));
}

/** `1_x.up.sql` and `1_x/up.sql` want a `down.sql` beside them that does something; without one the way back may still stand elsewhere. */
function fromPair(file: ReadFile, context: DetectorContext): Hit[] {
  const { path, status } = file.change;
  if (status !== "added" || !isOneMigration(path)) return [];
  if (isWayBack(path) && path.endsWith(".sql")) {
    const statements = splitStatements(sidesOf(file).after.map(textOf).join("\n"));
    const does = statements.some((s) => !/^SELECT\s+1$/i.test(s.code));
    return does ? [] : [{ path, line: 1, why: `This way back is empty. ${noWayBack.why}` }];
  }
  const pair = path.replace(/(^|[./])up\.sql$/, "$1down.sql");
  if (pair === path || context.files.some((f) => f.change.path === pair)) return [];
  return [{ path, line: 1, reversibility: "recoverable", why: `There is no ${pair} in this change.` }];
}
