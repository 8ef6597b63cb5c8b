import { parseMysql } from "../parsers/mysql.js";
import { parseBlock, parsePostgres } from "../parsers/postgres.js";
import { mysqlDeeds } from "./mysql.js";
import { deed, type Deed, type Scope } from "./operation.js";
import { postgresDeeds } from "./postgres.js";
import { splitStatements, statementCharsMax, type Statement } from "./statements.js";
import { wordDeeds } from "./words.js";

/** What a single statement does, by the first grammar that accepts it, else by its words. */
export function statementDeeds(given: Statement, scope: Scope): Deed[] {
  const statement = { ...given, text: filled(given.text), code: filled(given.code) };
  if (statement.text.length > statementCharsMax) {
    return /^(?:INSERT|COPY)\b/i.test(statement.code) ? [] : [deed("opaque", "runs a statement too long to be read")];
  }
  const node = parsePostgres(statement.text);
  if (node && "DoStmt" in node) return blockDeeds(statement, scope);
  if (node) return postgresDeeds(node, scope);
  if (!/^(?:ALTER|CREATE|DELETE|DROP|INSERT|RENAME|REPLACE|TRUNCATE|UPDATE)\b/i.test(statement.code))
    return wordDeeds(statement, scope);
  const tree = parseMysql(statement.code);
  return tree === null ? wordDeeds(statement, scope) : mysqlDeeds(tree, scope);
}

/** Templates (Flyway, dbt, an interpolated text) put in a name or a value: a word stands for it. */
function filled(sql: string): string {
  return /[#${%]/.test(sql)
    ? sql.replace(/\{%[^%]*%\}/g, " ").replace(/#\{[^}]*\}|\$\{[^}]*\}|\{\{[^{}]*\}\}|%\(\w+\)s/g, "placeholder")
    : sql;
}

function blockDeeds(statement: Statement, scope: Scope): Deed[] {
  const block = parseBlock(statement.text);
  if (!block) return wordDeeds(statement, scope);
  return block.flatMap(({ sql, dynamic }) => {
    const literal = /^'((?:[^']|'')*)'$/.exec(sql.trim())?.[1]?.replaceAll("''", "'");
    if (dynamic && literal === undefined) return [deed("opaque", "runs SQL built when it runs")];
    return splitStatements(literal ?? sql).flatMap((inner) => statementDeeds(inner, scope));
  });
}
