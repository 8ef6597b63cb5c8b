import type { ReadFile } from "../detector.js";
import { sidesOf, textOf, type Fragment } from "../sides.js";
import { newScope, type Deed, type Operation, type OperationKind, type Scope } from "./operation.js";
import { isMigrationPath, isOtherDatabase, isSeed, isWayBack } from "./paths.js";
import { statementDeeds } from "./statement-deeds.js";
import { splitStatements, type Statement } from "./statements.js";
import { waysBack } from "./way-back.js";

/** What the added SQL of a file does. */
export function sqlOperations(file: ReadFile): Operation[] {
  const { path } = file.change;
  if (isWayBack(path)) return [];
  const scope = newScope();
  const found = sidesOf(file).after.flatMap((fragment) => fragmentOperations(fragment, scope));
  const text = sidesOf(file).after.map(textOf).join("\n");
  const empty = sidesOf(file).whole && waysBack(text).empty;
  const back: Operation[] = empty ? [{ kind: "no-way-back", what: "has an empty way back", line: 1, endLine: 1 }] : [];
  return [...settled(found, scope), ...back].filter((o) => counts(o.kind, { path, text }));
}

/** Kinds that are a matter of PostgreSQL's locks and rewrites alone. */
const postgresOnly: ReadonlySet<OperationKind> = new Set<OperationKind>([
  "lock-index",
  "check-constraint",
  "volatile-default",
  "json-column",
  "wrong-transaction",
  "rewrite-table",
  "detach-partition",
]);
const rowChanges: ReadonlySet<OperationKind> = new Set<OperationKind>(["change-rows", "fill-new-column", "opaque"]);

function counts(kind: OperationKind, { path, text }: { path: string; text: string }): boolean {
  if (rowChanges.has(kind) && !isMigrationPath(path)) {
    // Elsewhere a statement with parameters is a query of the program's, not a change that is made once.
    if (isSeed(path) || /--\s*name:\s*\w+\s*:\w+|(^|[^\w'])(\$\d|:\w+|@\w+|%s|%\(\w+\)s|\?)([^\w']|$)|\{\{/m.test(text))
      return false;
  }
  return !postgresOnly.has(kind) || !isOtherDatabase(path, text);
}

function fragmentOperations(fragment: Fragment, scope: Scope): Operation[] {
  const text = textOf(fragment);
  const back = waysBack(text);
  return splitStatements(text).flatMap((statement) => {
    if (back.isBack(statement.line)) return [];
    const deeds = statementDeeds(statement, scope);
    const changed = fragment.slice(statement.line - 1, statement.endLine).some((l) => l.changed);
    return changed ? deeds.map((d) => placed(d, { statement, fragment })) : [];
  });
}

/** The line of the statement that names what is touched, a changed one if there is; else where it begins. */
function placed(d: Deed, { statement, fragment }: { statement: Statement; fragment: Fragment }): Operation {
  const lines = statement.code.split("\n");
  const name = d.name?.toLowerCase();
  const at = (index: number) => fragment[statement.line - 1 + index];
  const naming = name === undefined ? [] : lines.flatMap((l, i) => (l.toLowerCase().includes(name) ? [i] : []));
  const changed = [...naming, ...lines.keys()].find((i) => at(i)?.changed === true && lines[i]?.trim() !== "");
  const line = at(
    naming.find((i) => at(i)?.changed === true) ?? (naming.length > 0 ? (naming[0] ?? 0) : (changed ?? 0)),
  );
  return { kind: d.kind, what: d.what, line: line?.number ?? 1, endLine: line?.number ?? 1 };
}

/** SQLite can't alter much, so its tables are copied, dropped and the copy renamed: nothing is lost by that drop. */
function settled(found: readonly Operation[], scope: Scope): Operation[] {
  return found.map((o) => {
    const rebuilt = o.kind === "drop-table" && [...scope.renamedTo].some((name) => o.what.endsWith(` ${name}`));
    return rebuilt ? { ...o, kind: "change-type", what: o.what.replace("drops", "rebuilds") } : o;
  });
}
