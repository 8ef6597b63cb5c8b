import type { ReadFile } from "../detector.js";
import { mask } from "../parsers/mask.js";
import { sidesOf, type Fragment } from "../sides.js";
import { ectoDeeds } from "./ecto.js";
import { deed, type Deed, type Operation, type OperationKind } from "./operation.js";

/** Languages whose migrations are read by their words: Laravel, Ecto, EF Core, Liquibase, Go, Java. */
export const otherLanguage = /\.(php|exs|cs|go|java|kt|xml|ya?ml)$/i;

const words: ReadonlyArray<readonly [OperationKind, string, RegExp]> = [
  [
    "drop-table",
    "drops a table",
    /\b(?:drop(?:IfExists)?\s*\(|dropTable\b|DropTable\b|drop\s+(?:if_exists\s+)?table\b|dropAllTables\b)/,
  ],
  [
    "drop-column",
    "drops a column",
    /\b(?:drop_?columns?\b|dropTimestamps\b|dropSoftDeletes\b|dropMorphs\b|remove(?:_if_exists)?[\s(]+:\w)/i,
  ],
  ["drop-database", "drops a schema", /\bDropSchema\b|\bdropAllForeignKeyConstraints\b/],
  [
    "rename",
    "renames",
    /\b(?:rename(?:Column|Table|Sequence)?\s*\(|rename(?:Column|Table)\b|Rename(?:Column|Table)\b|rename\s+table\b)/,
  ],
  ["change-type", "changes a column", /->change\s*\(\s*\)|\bAlterColumn\b|\bmodifyDataType\b|\bmodify[\s(]+:\w/],
  [
    "change-rows",
    "changes rows",
    /\b(?:DeleteData|UpdateData|delete_all|update_all|truncate)\b|<(?:update|delete)\b|->(?:delete|update|truncate)\s*\(/,
  ],
  ["set-not-null", "makes a column not null", /\baddNotNullConstraint\b/],
  ["drop-not-null", "lets a column be null", /\bdropNotNullConstraint\b/],
  [
    "opaque",
    "runs SQL of its own",
    /\b(?:DB::(?:statement|unprepared|update|delete)|migrationBuilder\.Sql|\w+\.Sql|execute|\w+\.Exec(?:Context)?|executeUpdate)\s*\(|\bexecute\s+["~]|<sql(?:File)?\b|<customChange\b/,
  ],
];

/** Where the way back begins, and where a way forward does again. */
const back = /\b(?:function\s+down|def\s+down|void\s+Down|func\s+[dD]own\w*|fun\s+down)\b|<rollback\b|^\s*rollback:/;
const forward =
  /\b(?:function\s+up|def\s+(?:up|change)|void\s+Up|func\s+[uU]p\w*|fun\s+up)\b|<\/rollback>|^\s*-\s*changeSet:/;

/** What the added lines of such a migration do, line by line, without comments and texts. */
export function otherOperations(file: ReadFile): Operation[] {
  return sidesOf(file).after.flatMap((fragment) => linesDeeds(fragment, file.change.path));
}

function linesDeeds(fragment: Fragment, path: string): Operation[] {
  const { code, uncommented } = mask(fragment, path);
  // What a marked-up or configured migration does stands in its text, not in code.
  const shown = /\.(xml|ya?ml)$/i.test(path) ? uncommented : code;
  const found: Operation[] = [];
  let inBack = false;
  fragment.forEach((line, i) => {
    const text = shown[i] ?? "";
    const cut = back.exec(text);
    const before = cut ? text.slice(0, cut.index) : text;
    if (forward.test(text)) inBack = false;
    const own = path.endsWith(".exs") ? ectoDeeds(uncommented, i) : [];
    if (!inBack && line.changed)
      found.push(...[...deedsIn(before), ...own].map((d) => ({ ...d, line: line.number, endLine: line.number })));
    if (cut && !forward.test(text.slice(cut.index))) inBack = true;
  });
  return found;
}

function deedsIn(text: string): Deed[] {
  return words.flatMap(([kind, what, pattern]) => (pattern.test(text) ? [deed(kind, what)] : []));
}
