import { loadModule, parsePlPgSQLSync, parseSync, type Node } from "libpg-query";

/** PostgreSQL's own grammar as WebAssembly, loaded once when this module is. */
await loadModule();

/** The one statement in `sql`, or null when PostgreSQL's grammar rejects it or finds another number of them. */
export function parsePostgres(sql: string): Node | null {
  try {
    const { stmts } = parseSync(sql);
    return stmts?.length === 1 ? (stmts[0]?.stmt ?? null) : null;
  } catch {
    return null;
  }
}

/** SQL inside a PL/pgSQL block (`DO`, a function). */
export interface BlockSql {
  readonly sql: string;
  /** Line in the block, from 1. */
  readonly line: number;
  /** Built when it runs, so that its text isn't known. */
  readonly dynamic: boolean;
}

/** The SQL that a PL/pgSQL block runs; null when it can't be read. */
export function parseBlock(statement: string): BlockSql[] | null {
  try {
    const found: BlockSql[] = [];
    collect(parsePlPgSQLSync(statement), { line: 1, found });
    return found;
  } catch {
    return null;
  }
}

function collect(node: unknown, to: { line: number; found: BlockSql[] }): void {
  if (Array.isArray(node)) {
    for (const item of node) collect(item, to);
    return;
  }
  if (typeof node !== "object" || node === null) return;
  for (const [key, value] of Object.entries(node)) {
    if (key === "lineno" && typeof value === "number") to.line = value;
    if (key === "PLpgSQL_stmt_execsql" || key === "PLpgSQL_stmt_dynexecute") {
      const sql = queryOf(value, key === "PLpgSQL_stmt_execsql" ? "sqlstmt" : "query");
      const line = lineOf(value) ?? to.line;
      if (sql !== null) to.found.push({ sql, line, dynamic: key === "PLpgSQL_stmt_dynexecute" });
    } else collect(value, to);
  }
}

function queryOf(node: unknown, field: string): string | null {
  const expression = member(member(node, field), "PLpgSQL_expr");
  const query = member(expression, "query");
  return typeof query === "string" ? query : null;
}

function lineOf(node: unknown): number | null {
  const line = member(node, "lineno");
  return typeof line === "number" ? line : null;
}

function member(node: unknown, name: string): unknown {
  return typeof node === "object" && node !== null ? (node as Readonly<Record<string, unknown>>)[name] : undefined;
}
