import { deed, type Deed, type Scope } from "./operation.js";
import { splitStatements } from "./statements.js";
import { statementDeeds } from "./statement-deeds.js";

/** What the SQL does that a migration in another language runs; null text means that it is built when it runs. */
export function embeddedDeeds(sql: string | null, scope: Scope): Deed[] {
  if (sql === null) return [deed("opaque", "runs SQL that is built when it runs")];
  // What is put in is a name or a value: a word stands for it.
  const filled = sql.replace(/#\{[^}]*\}|\$\{[^}]*\}|\{\{?\s*\w[\w.]*\s*\}?\}/g, "placeholder");
  return splitStatements(filled).flatMap((statement) => statementDeeds(statement, scope));
}
