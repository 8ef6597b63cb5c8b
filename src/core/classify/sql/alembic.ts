import { literalText, readArguments, type Arguments } from "./arguments.js";
import { isWithin, type Call, type Code } from "./calls.js";
import type { CallContext } from "./code-operations.js";
import { embeddedDeeds } from "./embedded.js";
import { deed, type Deed, type Scope } from "./operation.js";

interface Step {
  /** The first argument as written, and as a text when it is one. */
  readonly first: string;
  readonly table: string;
  readonly rest: readonly string[];
  readonly named: Arguments["named"];
  readonly scope: Scope;
}

/** What `op.…` does, and the `batch_op` of a table. */
export function alembicDeeds(call: Call, { code, scope }: CallContext): Deed[] {
  const { positional, named } = call.args;
  if (call.receiver === "op") {
    const table = literalText(named.get("table_name") ?? positional[0]) ?? positional[0] ?? "";
    return opDeeds(call.name, { first: positional[0] ?? "", table, rest: positional.slice(1), named, scope });
  }
  if (/^execut(?:e|emany)$/.test(call.name)) return executed({ first: positional[0] ?? "", named, scope });
  if (!/^batch(_op)?\w*$/.test(call.receiver)) return [];
  const first = positional[0] ?? "";
  return opDeeds(call.name, { first, table: batchTable(call, code), rest: positional, named, scope });
}

/** The table of the nearest `op.batch_alter_table(…)` above. */
function batchTable(call: Call, code: Code): string {
  const above = code.calls.filter((c) => c.name === "batch_alter_table" && c.from.row <= call.from.row);
  const nearest = above.filter((c) => !isWithin(call, c)).at(-1);
  return literalText(nearest?.args.positional[0]) ?? "";
}

function opDeeds(name: string, s: Step): Deed[] {
  const { table, rest, named, scope } = s;
  const isNew = scope.tables.has(table);
  const column = `${table}.${literalText(named.get("column_name") ?? rest[0]) ?? ""}`;
  switch (name) {
    case "create_table":
      scope.tables.add(table);
      return [];
    case "drop_table":
      return scope.tables.delete(table) ? [] : [deed("drop-table", `drops the table ${table}`)];
    case "drop_column":
      return isNew || scope.columns.delete(column) ? [] : [deed("drop-column", `drops the column ${column}`)];
    case "rename_table":
      return isNew ? [] : [deed("rename", `renames the table ${table}`)];
    case "add_column":
      return addColumn(s);
    case "alter_column":
      return isNew ? [] : alterColumn(s, column);
    case "create_index":
    case "drop_index":
      return indexDeeds(name, s);
    case "create_foreign_key":
    case "create_unique_constraint":
    case "create_check_constraint":
    case "create_exclude_constraint":
    case "create_primary_key":
      return constraintDeeds(name, s);
    case "sync_enum_values":
      return [deed("enum-value", "changes the values of an enum")];
    case "execute":
      return executed(s);
    default:
      return [];
  }
}

function addColumn({ rest, named, table, scope }: Step): Deed[] {
  const given = named.get("column") ?? rest.find((r) => /\bColumn\(/.test(r)) ?? "";
  const { named: options, positional } = readArguments(given.slice(Math.max(0, given.indexOf("("))));
  const column = `${table}.${literalText(positional[0]) ?? ""}`;
  scope.columns.add(column);
  if (scope.tables.has(table)) return [];
  const deeds: Deed[] = [];
  const fallback = options.get("server_default");
  const computed = positional.some((p) => /\b(?:Computed|Identity)\(/.test(p));
  if (options.get("nullable") === "False" && fallback === undefined && !computed)
    deeds.push(deed("require-column", `adds ${column}, not null and without a default in the database`));
  if (computed || (fallback !== undefined && /uuid\w*\(|random\(|clock_timestamp/.test(fallback)))
    deeds.push(deed("volatile-default", `adds ${column} with a value computed for every row`));
  if (positional.some((p) => /\bForeignKey\(/.test(p)))
    deeds.push(deed("check-constraint", `adds ${column} with a foreign key`));
  if (options.get("unique") === "True") deeds.push(deed("check-constraint", `adds ${column} with a unique index`));
  if (positional.some((p) => /^(?:sa\.|postgresql\.)?JSON\(/.test(p)))
    deeds.push(deed("json-column", `adds ${column} of type json`));
  return deeds;
}

function alterColumn({ named, scope, table }: Step, column: string): Deed[] {
  const deeds: Deed[] = [];
  const type = named.get("type_") ?? "";
  const before = named.get("existing_type") ?? "";
  if (type !== "" && type !== before) {
    const kind = narrows(before, type) ? "narrow-type" : "change-type";
    deeds.push(deed(kind, `changes the type of ${column}`));
  }
  if (named.get("nullable") === "False" && ![...scope.validated].some((v) => v.startsWith(`${table}.`)))
    deeds.push(deed("set-not-null", `makes ${column} not null`));
  if (named.get("nullable") === "True") deeds.push(deed("drop-not-null", `lets ${column} be null`));
  if (named.has("new_column_name")) deeds.push(deed("rename", `renames the column ${column}`));
  return deeds;
}

/** Whether values of the one type may not fit the other. */
function narrows(before: string, after: string): boolean {
  const size = (type: string) => Number(/\((?:length=)?(\d+)/.exec(type)?.[1] ?? Infinity);
  const text = /(?:String|VARCHAR|Unicode|CHAR|Text|TEXT)\b/;
  if (text.test(before) && text.test(after)) return size(after) < size(before);
  if (/Big(?:Int)/i.test(before) && /(?:^|\.)(?:Integer|INTEGER|SmallInt)/.test(after)) return true;
  return /SmallInteger|SMALLINT|(?:^|\.)(?:Date|DATE|Boolean|BOOLEAN)\(/.test(after);
}

function indexDeeds(name: string, { table, rest, named, scope }: Step): Deed[] {
  if (named.get("postgresql_concurrently") === "True") return [];
  // The index's own name comes first; on a batch the table is that of the batch.
  const on = literalText(named.get("table_name") ?? rest[0]) ?? table;
  if (scope.tables.has(on) || scope.tables.has(table)) return [];
  return [deed("lock-index", `${name === "create_index" ? "builds" : "drops"} an index on ${on} without CONCURRENTLY`)];
}

function constraintDeeds(name: string, { table, rest, named, scope }: Step): Deed[] {
  if (named.get("postgresql_not_valid") === "True") return [];
  const on = literalText(named.get("source_table") ?? rest[0]) ?? table;
  if (scope.tables.has(on) || scope.tables.has(table)) return [];
  return [deed("check-constraint", `adds a constraint to ${on} (${name})`)];
}

/** SQL given to `op`, to a connection, a session, a cursor or a schema editor. */
function executed({ first, named, scope }: Pick<Step, "first" | "named" | "scope">): Deed[] {
  const given = (named.get("sqltext") ?? first).trim();
  const inner = /^\w*\.?text\(([\s\S]*)\)$/.exec(given)?.[1] ?? given;
  const rows = /\.(update|delete)\(/.exec(inner);
  if (rows) return [deed("change-rows", `changes rows (${rows[1] ?? ""})`)];
  return /\.(?:insert|select)\(|^(?:sa\.)?select\(|^CreateTable\(/.test(inner)
    ? []
    : embeddedDeeds(literalText(inner.trim()), scope);
}
