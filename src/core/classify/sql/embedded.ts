import { deed, type Deed, type Scope } from "./operation.js";
import { splitStatements } from "./statements.js";
import { statementDeeds } from "./statement-deeds.js";

/** What the SQL does that a migration in another language runs; null text means that it is built when it runs. */
export function embeddedDeeds(sql: string | null, scope: Scope): Deed[] {
  if (sql === null) return [deed("opaque", "runs SQL that is built when it runs")];
  return splitStatements(sql).flatMap((statement) => statementDeeds(statement, scope));
}
