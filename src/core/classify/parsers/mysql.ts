import mysql from "node-sql-parser/build/mysql.js";
import sqlite from "node-sql-parser/build/sqlite.js";

/** The parser backtracks, so what could take it long isn't given to it. */
const parserLimits = { characters: 10_000, depth: 8 } as const;

const parsers = [new mysql.Parser(), new sqlite.Parser()];

/** The syntax tree of one statement by MySQL's grammar, else SQLite's; null when both reject it. */
export function parseMysql(sql: string): unknown {
  if (sql.length > parserLimits.characters || depthOf(sql) > parserLimits.depth) return null;
  for (const parser of parsers) {
    try {
      const tree: unknown = parser.astify(sql);
      const statements: readonly unknown[] = Array.isArray(tree) ? tree : [tree];
      if (statements.length === 1) return statements[0];
    } catch {
      // The next grammar may know it.
    }
  }
  return null;
}

function depthOf(sql: string): number {
  let depth = 0;
  let deepest = 0;
  for (const char of sql) {
    if (char === "(") deepest = Math.max(deepest, ++depth);
    else if (char === ")") depth--;
  }
  return deepest;
}
