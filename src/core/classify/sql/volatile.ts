import type { Node } from "libpg-query";

/**
 * Whether a column's default is computed anew for every row, so that adding the column rewrites the table. Only
 * functions known to be stable are trusted, and only without arguments, as squawk does.
 */
export function isVolatile(expression: Node): boolean {
  if ("A_Const" in expression || "SQLValueFunction" in expression) return false;
  if ("TypeCast" in expression) return expression.TypeCast.arg !== undefined && isVolatile(expression.TypeCast.arg);
  if ("A_ArrayExpr" in expression) return (expression.A_ArrayExpr.elements ?? []).some(isVolatile);
  if ("RowExpr" in expression) return (expression.RowExpr.args ?? []).some(isVolatile);
  if ("A_Expr" in expression) {
    const { lexpr, rexpr } = expression.A_Expr;
    return (lexpr !== undefined && isVolatile(lexpr)) || (rexpr !== undefined && isVolatile(rexpr));
  }
  if ("FuncCall" in expression) {
    const last = expression.FuncCall.funcname?.at(-1);
    const name = last && "String" in last ? (last.String.sval ?? "") : "";
    return (expression.FuncCall.args ?? []).length > 0 || !stable.has(name.toLowerCase());
  }
  return true;
}

/** Functions without arguments that give every row of a statement the same value. */
const stable = new Set(
  (
    "now current_timestamp transaction_timestamp statement_timestamp current_date current_time localtime " +
    "localtimestamp current_user session_user current_role current_schema current_database current_catalog version " +
    "pg_backend_pid txid_current pg_current_xact_id inet_client_addr inet_server_addr pi"
  ).split(" "),
);
