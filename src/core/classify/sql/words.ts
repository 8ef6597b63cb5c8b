import { deed, type Deed, type Scope } from "./operation.js";
import type { Statement } from "./statements.js";

/**
 * What a statement does as far as its words tell: for what no grammar accepts (SQL Server, Oracle, a cut hunk,
 * placeholders). Looks at code only, so that comments and texts in quotes say nothing. What begins like a change and
 * still isn't understood is opaque.
 */
export function wordDeeds(statement: Statement, scope: Scope): Deed[] {
  const code = statement.code.replace(/'(?:[^']|'')*'/g, "''");
  if (
    /^CREATE\s+(?:OR\s+(?:REPLACE|ALTER)\s+)?(?:DEFINER\s*=\s*\S+\s+)?(?:TRIGGER|PROCEDURE|FUNCTION|EVENT|PACKAGE|VIEW)\b/i.test(
      code,
    )
  )
    return [];
  for (const [, name] of code.matchAll(created)) scope.tables.add(plain(name));
  const deeds = phrases.flatMap(([kind, does, pattern]) =>
    [...code.matchAll(pattern)].flatMap((found) => {
      const name = plain(found[1]);
      return kind !== "drop-column" && scope.tables.has(name) ? [] : [deed(kind, `${does} ${name}`, name)];
    }),
  );
  if (deeds.length > 0 || !/^(?:ALTER|DROP|DELETE|UPDATE|TRUNCATE|MERGE|EXEC|EXECUTE|RENAME)\b/i.test(code))
    return deeds;
  return harmless.test(code) ? [] : [deed("opaque", "runs SQL that could not be read")];
}

/** A name of up to four parts, in any dialect's quotes. */
const named =
  '((?:[\\w$#@]+|"[^"]*"|`[^`]*`|\\[[^\\]]*\\])(?:\\s?\\.\\s?(?:[\\w$#@]+|"[^"]*"|`[^`]*`|\\[[^\\]]*\\])){0,3})';

const created = phrase("CREATE TABLE(?:\\s+IF\\s+NOT\\s+EXISTS)?");

function phrase(words: string): RegExp {
  return new RegExp(`\\b${words.replaceAll(" ", "\\s+")}\\s+(?:IF\\s+EXISTS\\s+)?(?:ONLY\\s+)?${named}`, "gi");
}

const phrases: ReadonlyArray<readonly [Deed["kind"], string, RegExp]> = [
  ["drop-table", "drops the table", phrase("DROP (?:FOREIGN\\s+)?TABLE")],
  ["drop-database", "drops", phrase("DROP (?:DATABASE|SCHEMA|TABLESPACE|KEYSPACE)")],
  ["drop-column", "drops the column", phrase("DROP COLUMN")],
  ["drop-partition", "drops a partition", phrase("DROP PARTITION")],
  ["truncate", "empties", phrase("TRUNCATE(?:\\s+TABLE)?")],
  ["change-rows", "deletes rows of", phrase("DELETE(?:\\s+TOP\\s*\\(\\s*\\d+\\s*\\))?\\s+FROM")],
  [
    "change-rows",
    "overwrites rows of",
    new RegExp(`(?:^|;|\\bBEGIN\\b|\\bTHEN\\b)\\s*UPDATE\\s+(?:TOP\\s*\\(\\s*\\d+\\s*\\)\\s+)?${named}`, "gi"),
  ],
  ["change-rows", "merges rows into", phrase("MERGE INTO")],
  [
    "change-type",
    "changes the column",
    new RegExp(
      `\\bALTER\\s+TABLE\\s+[^;]{1,300}?\\bALTER\\s+COLUMN\\s+${named}\\s+(?!SET\\b|DROP\\b|ADD\\b|RESTART\\b)\\w`,
      "gi",
    ),
  ],
  ["change-type", "changes the column", phrase("MODIFY(?:\\s+COLUMN)?")],
  [
    "change-type",
    "converts every text of",
    new RegExp(`\\bALTER\\s+TABLE\\s+${named}\\s[^;]{0,300}?\\bCONVERT\\s+TO\\s+(?:CHARACTER\\s+SET|CHARSET)\\b`, "gi"),
  ],
  ["rename", "renames", phrase("RENAME (?:COLUMN|TO|AS|TABLE)")],
  ["rename", "renames", /\bsp_rename\b\s*(\w*)/gi],
  [
    "opaque",
    "runs SQL built when it runs",
    /\b(?:EXECUTE\s+IMMEDIATE|sp_executesql|EXEC\s*\(|PREPARE\s+\w+\s+FROM)\s*(\w*)/gi,
  ],
];

/** Changes without consequence for rows, or whose consequence other statements show. */
const harmless =
  /^(?:DROP\s+TEMPORARY\s+TABLE\b|ALTER\s+TABLE\s+\S+\s+(?:RENAME\s+(?:INDEX|KEY)|ALTER\s+(?:COLUMN\s+)?\S+\s+(?:SET|DROP)\s+DEFAULT|ALTER\s+INDEX)\b|DROP\s+(?:MATERIALIZED\s+)?(?:VIEW|INDEX|FUNCTION|PROCEDURE|TRIGGER|AGGREGATE|OPERATOR|RULE|POLICY|USER|ROLE|LOGIN|EVENT|SYNONYM|STATISTICS|CONSTRAINT)\b|ALTER\s+(?:VIEW|INDEX|FUNCTION|PROCEDURE|TRIGGER|USER|ROLE|LOGIN|SESSION|SYSTEM|SEQUENCE)\b|ALTER\s+TABLE\s+\S+\s+(?:WITH\s+(?:NO)?CHECK\s+)?(?:ADD|ENABLE|CHECK|NOCHECK|SET|OWNER|AUTO_INCREMENT|COMMENT|CONVERT|ENGINE|DROP\s+(?:CONSTRAINT|INDEX|KEY|PRIMARY|FOREIGN|CHECK))\b|UPDATE\s+STATISTICS\b|EXEC(?:UTE)?\s+sp_(?!rename)\w+)/i;

function plain(name: string | undefined): string {
  const last = (name ?? "").split(".").at(-1) ?? "";
  return last.trim().replace(/^["`[]|["`\]]$/g, "");
}
