import type {
  AlterDomainStmt,
  AlterTableCmd,
  AlterTableStmt,
  ColumnDef,
  Constraint,
  DropStmt,
  IndexStmt,
  Node,
  RangeVar,
  RenameStmt,
  TypeName,
  UpdateStmt,
  WithClause,
} from "libpg-query";
import { deed, type Deed, type Scope } from "./operation.js";
import { isVolatile } from "./volatile.js";

/**
 * What one statement does, by PostgreSQL's own parse of it. The rules are those of strong_migrations and squawk for a
 * PostgreSQL that is still supported (12 or later). `scope` is told what the statement makes.
 */
export function postgresDeeds(node: Node, scope: Scope): Deed[] {
  return [...withinDeeds(node, scope), ...ownDeeds(node, scope)];
}

/** `WITH gone AS (DELETE …)`: statements inside a query. */
function withinDeeds(node: Node, scope: Scope): Deed[] {
  const [statement] = Object.values(node) as Array<{ withClause?: WithClause }>;
  return (statement?.withClause?.ctes ?? []).flatMap((cte) =>
    "CommonTableExpr" in cte && cte.CommonTableExpr.ctequery ? postgresDeeds(cte.CommonTableExpr.ctequery, scope) : [],
  );
}

function ownDeeds(node: Node, scope: Scope): Deed[] {
  if ("CreateStmt" in node) return created(node.CreateStmt.relation, scope);
  if ("CreateTableAsStmt" in node) return created(node.CreateTableAsStmt.into?.rel, scope);
  if ("AlterTableStmt" in node) return alterTable(node.AlterTableStmt, scope);
  if ("DropStmt" in node) return drop(node.DropStmt, scope);
  if ("IndexStmt" in node) return index(node.IndexStmt, scope);
  if ("RenameStmt" in node) return rename(node.RenameStmt, scope);
  if ("UpdateStmt" in node) return update(node.UpdateStmt, scope);
  if ("InsertStmt" in node) {
    const { relation, onConflictClause } = node.InsertStmt;
    return onConflictClause?.action === "ONCONFLICT_UPDATE" ? rows("overwrites rows of", relation, scope) : [];
  }
  if ("DeleteStmt" in node) return rows("deletes rows of", node.DeleteStmt.relation, scope);
  if ("MergeStmt" in node) return rows("merges rows into", node.MergeStmt.relation, scope);
  if ("TruncateStmt" in node) {
    const names = (node.TruncateStmt.relations ?? []).map((r) => ("RangeVar" in r ? nameOf(r.RangeVar) : ""));
    const kept = names.filter((name) => !scope.tables.has(name));
    return kept.length === 0 ? [] : [deed("truncate", `empties ${kept.join(", ")}`)];
  }
  if ("DropdbStmt" in node) return [deed("drop-database", `drops the database ${node.DropdbStmt.dbname ?? ""}`)];
  if ("DropOwnedStmt" in node) return [deed("drop-database", "drops everything that a role owns")];
  if ("AlterEnumStmt" in node) {
    const { newVal, oldVal } = node.AlterEnumStmt;
    if (oldVal !== undefined) return [deed("rename", `renames the enum value ${oldVal}`)];
    return [deed("enum-value", `adds the enum value ${newVal ?? ""}`)];
  }
  if ("CallStmt" in node) return [deed("opaque", "calls a procedure that is not in the change")];
  if ("AlterObjectSchemaStmt" in node) {
    const { relation, objectType } = node.AlterObjectSchemaStmt;
    return relation ? moved(relation, scope) : movedObject(objectType ?? "");
  }
  if ("TransactionStmt" in node) return transaction(node.TransactionStmt.kind ?? "", scope);
  if ("VacuumStmt" in node) {
    const full = (node.VacuumStmt.options ?? []).some((o) => "DefElem" in o && isOn(o.DefElem, "full"));
    return full ? [deed("rewrite-table", "rewrites the table (VACUUM FULL)")] : [];
  }
  if ("ClusterStmt" in node) return [deed("rewrite-table", "rewrites the table (CLUSTER)")];
  if ("LockStmt" in node) return [deed("rewrite-table", "locks a table (LOCK TABLE)")];
  if ("ReindexStmt" in node) {
    const concurrent = (node.ReindexStmt.params ?? []).some((o) => "DefElem" in o && isOn(o.DefElem, "concurrently"));
    return concurrent ? [] : [deed("lock-index", "rebuilds an index without CONCURRENTLY")];
  }
  return "AlterDomainStmt" in node ? domain(node.AlterDomainStmt) : [];
}

/** PostgreSQL's letters: a constraint, no longer not null, not null. */
function domain({ subtype, def }: AlterDomainStmt): Deed[] {
  if (subtype === "N") return [deed("drop-not-null", "lets a domain be null")];
  if (subtype === "O") return [deed("set-not-null", "makes a domain not null and checks every row")];
  if (subtype !== "C") return [];
  const unchecked = def && "Constraint" in def && def.Constraint.skip_validation;
  return unchecked === true ? [] : [deed("check-constraint", "adds a constraint to a domain")];
}

function isOn(option: { defname?: string; arg?: Node }, name: string): boolean {
  if (option.defname !== name) return false;
  const { arg } = option;
  if (!arg) return true;
  if ("Boolean" in arg) return arg.Boolean.boolval === true;
  if ("Integer" in arg) return arg.Integer.ival !== undefined && arg.Integer.ival !== 0;
  return !("String" in arg) || /^(on|true|yes|1)$/i.test(arg.String.sval ?? "");
}

/** The last part of a table's name: schemas are left away, so that `public.t` and `t` are one table. */
function nameOf(relation: RangeVar | undefined): string {
  return relation?.relname ?? "";
}

function created(relation: RangeVar | undefined, scope: Scope): Deed[] {
  scope.tables.add(nameOf(relation));
  return [];
}

function moved(relation: RangeVar | undefined, scope: Scope): Deed[] {
  const name = nameOf(relation);
  return name === "" || scope.tables.has(name) ? [] : [deed("rename", `moves ${name} to another schema`)];
}

/** Functions, types and the like are called by their name, schema included. */
function movedObject(type: string): Deed[] {
  return /^OBJECT_(?:FUNCTION|PROCEDURE|ROUTINE|AGGREGATE|TYPE|DOMAIN)$/.test(type)
    ? [deed("rename", "moves to another schema what clients call by its name")]
    : [];
}

function transaction(kind: string, scope: Scope): Deed[] {
  if (kind === "TRANS_STMT_BEGIN" || kind === "TRANS_STMT_START") scope.transaction = true;
  if (kind === "TRANS_STMT_COMMIT" || kind === "TRANS_STMT_ROLLBACK") {
    scope.transaction = false;
    scope.unchecked.clear();
  }
  return [];
}

function rows(does: string, relation: RangeVar | undefined, scope: Scope): Deed[] {
  const name = nameOf(relation);
  return scope.tables.has(name) ? [] : [deed("change-rows", `${does} ${name}`)];
}

function update(statement: UpdateStmt, scope: Scope): Deed[] {
  const table = nameOf(statement.relation);
  const columns = (statement.targetList ?? []).map((t) => ("ResTarget" in t ? (t.ResTarget.name ?? "") : ""));
  if (columns.length > 0 && columns.every((c) => scope.columns.has(`${table}.${c}`)))
    return scope.tables.has(table) ? [] : [deed("fill-new-column", `fills ${table}.${columns.join(", ")}`)];
  return rows("overwrites rows of", statement.relation, scope);
}

function drop(statement: DropStmt, scope: Scope): Deed[] {
  const cascade = statement.behavior === "DROP_CASCADE";
  const names = (statement.objects ?? []).map(objectName);
  switch (statement.removeType) {
    case "OBJECT_TABLE":
    case "OBJECT_FOREIGN_TABLE": {
      const kept = names.filter((name) => !scope.tables.delete(name));
      return kept.map((name) => deed("drop-table", `drops the table ${name}`));
    }
    case "OBJECT_SCHEMA":
      return names.map((name) => deed("drop-database", `drops the schema ${name}`));
    case "OBJECT_INDEX":
      if (statement.concurrent === true) return insideTransaction("drops an index CONCURRENTLY", scope);
      return [deed("lock-index", `drops the index ${names.join(", ")} without CONCURRENTLY`)];
    case "OBJECT_TYPE":
    case "OBJECT_DOMAIN":
    case "OBJECT_EXTENSION":
    case "OBJECT_SEQUENCE":
      return cascade ? [deed("drop-cascade", `drops ${names.join(", ")} and all that depends on it`)] : [];
    default:
      return [];
  }
}

function objectName(object: Node): string {
  if ("List" in object) {
    const last = object.List.items?.at(-1);
    return last ? objectName(last) : "";
  }
  if ("String" in object) return object.String.sval ?? "";
  if ("TypeName" in object) return typeName(object.TypeName);
  return "";
}

function index(statement: IndexStmt, scope: Scope): Deed[] {
  const table = nameOf(statement.relation);
  const isWide = statement.unique !== true && (statement.indexParams ?? []).length > 3;
  const wide =
    isWide && !scope.tables.has(table) ? [deed("wide-index", `builds an index of many columns on ${table}`)] : [];
  if (statement.concurrent === true) return [...wide, ...insideTransaction("builds an index CONCURRENTLY", scope)];
  if (scope.tables.has(table)) return [];
  return [...wide, deed("lock-index", `builds an index on ${table} without CONCURRENTLY`)];
}

function insideTransaction(does: string, scope: Scope): Deed[] {
  return scope.transaction ? [deed("wrong-transaction", `${does} in a transaction`)] : [];
}

function rename(statement: RenameStmt, scope: Scope): Deed[] {
  const table = nameOf(statement.relation);
  const isNew = scope.tables.has(table);
  const to = statement.newname ?? "";
  switch (statement.renameType) {
    case "OBJECT_TABLE":
    case "OBJECT_FOREIGN_TABLE":
      if (isNew) {
        scope.tables.add(to);
        scope.renamedTo.add(to);
      }
      return isNew ? [] : [deed("rename", `renames the table ${table}`)];
    case "OBJECT_COLUMN":
      if (isNew || scope.columns.has(`${table}.${statement.subname ?? ""}`)) return [];
      return [deed("rename", `renames the column ${table}.${statement.subname ?? ""}`)];
    case "OBJECT_VIEW":
    case "OBJECT_MATVIEW":
    case "OBJECT_FUNCTION":
    case "OBJECT_PROCEDURE":
    case "OBJECT_ROUTINE":
    case "OBJECT_TYPE":
    case "OBJECT_ATTRIBUTE":
    case "OBJECT_DOMAIN":
    case "OBJECT_SCHEMA":
    case "OBJECT_SEQUENCE":
    case "OBJECT_DATABASE":
    case "OBJECT_ROLE":
      return [deed("rename", `renames something to ${to} that clients call by its name`)];
    default:
      return [];
  }
}

function alterTable(statement: AlterTableStmt, scope: Scope): Deed[] {
  if (!["OBJECT_TABLE", "OBJECT_FOREIGN_TABLE", "OBJECT_TYPE"].includes(statement.objtype ?? "")) return [];
  const table = nameOf(statement.relation);
  return (statement.cmds ?? []).flatMap((c) => {
    if (!("AlterTableCmd" in c)) return [];
    const made = alteration(c.AlterTableCmd, { table, scope });
    return scope.tables.has(table) ? [] : made;
  });
}

interface Within {
  readonly table: string;
  readonly scope: Scope;
}

function alteration(cmd: AlterTableCmd, { table, scope }: Within): Deed[] {
  const column = `${table}.${cmd.name ?? ""}`;
  const def = cmd.def;
  switch (cmd.subtype) {
    case "AT_DropColumn":
      return scope.columns.delete(column) ? [] : [deed("drop-column", `drops the column ${column}`, cmd.name)];
    case "AT_AddColumn":
      return def && "ColumnDef" in def ? addColumn(def.ColumnDef, { table, scope }) : [];
    case "AT_AlterColumnType":
      if (scope.columns.has(column) || !def || !("ColumnDef" in def)) return [];
      return [changeType(def.ColumnDef, column)];
    case "AT_SetNotNull":
      return setNotNull(column, { table, scope });
    case "AT_DropNotNull":
      return [deed("drop-not-null", `lets ${column} be null`)];
    case "AT_AddConstraint":
      return def && "Constraint" in def ? addConstraint(def.Constraint, { table, scope }) : [];
    case "AT_ValidateConstraint":
      scope.validated.add(column);
      if (!scope.unchecked.has(column)) return [];
      return [deed("wrong-transaction", `checks the constraint ${column} in the transaction that adds it`)];
    case "AT_DetachPartition":
      if (def && "PartitionCmd" in def && def.PartitionCmd.concurrent === true) return [];
      return [deed("detach-partition", `detaches a partition of ${table} without CONCURRENTLY`)];
    case "AT_SetTableSpace":
    case "AT_SetLogged":
    case "AT_SetUnLogged":
    case "AT_SetAccessMethod":
    case "AT_SetExpression":
      return [deed("rewrite-table", `rewrites ${table}`)];
    default:
      return [];
  }
}

function constraintsOf(def: ColumnDef): Constraint[] {
  return (def.constraints ?? []).flatMap((c) => ("Constraint" in c ? [c.Constraint] : []));
}

function addColumn(def: ColumnDef, { table, scope }: Within): Deed[] {
  const column = `${table}.${def.colname ?? ""}`;
  scope.columns.add(column);
  const constraints = constraintsOf(def);
  const has = (type: Constraint["contype"]) => constraints.find((c) => c.contype === type);
  const type = typeName(def.typeName);
  const deeds: Deed[] = [];
  const serial = /^(small|big)?serial[248]?$/.test(type);
  const made = has("CONSTR_GENERATED");
  const given = has("CONSTR_DEFAULT")?.raw_expr;
  if (serial || (made && made.generated_kind !== "v") || has("CONSTR_IDENTITY") || (given && isVolatile(given)))
    deeds.push(deed("volatile-default", `adds ${column} with a value computed for every row`));
  if (has("CONSTR_NOTNULL") && !given && !made && !serial && !has("CONSTR_IDENTITY"))
    deeds.push(deed("require-column", `adds ${column}, not null and without a default`));
  if (has("CONSTR_FOREIGN")?.skip_validation === undefined && has("CONSTR_FOREIGN"))
    deeds.push(deed("check-constraint", `adds ${column} with a foreign key`));
  if (has("CONSTR_UNIQUE") || has("CONSTR_PRIMARY"))
    deeds.push(deed("check-constraint", `adds ${column} with a unique index`));
  if (has("CONSTR_CHECK") && given) deeds.push(deed("check-constraint", `adds ${column} with a check`));
  if (type === "json") deeds.push(deed("json-column", `adds ${column} of type json`));
  return deeds;
}

/** Types into which not every value fits: what was longer, finer or had more kinds is cut, and the cut is kept. */
const narrow = /^(int2|smallint|bool|boolean|date|time|timetz|bpchar|char|float4|bit|"char")$/;
/** Functions that cut, in the USING of a change of type. */
const cutting =
  /"sval":"(left|right|substr|substring|round|trunc|floor|ceil|ceiling|date_trunc|md5|split_part|lower|upper)"/;

function changeType(def: ColumnDef, column: string): Deed {
  const type = typeName(def.typeName);
  const cut = def.raw_default !== undefined && cutting.test(JSON.stringify(def.raw_default));
  const does = `changes the type of ${column} to ${type}`;
  return narrow.test(type) || cut ? deed("narrow-type", does) : deed("change-type", does);
}

function typeName(type: TypeName | undefined): string {
  const last = type?.names?.at(-1);
  return last && "String" in last ? (last.String.sval ?? "") : "";
}

/** Safe once a check that the column is not null was validated, here or (by its name) in a migration before. */
function setNotNull(column: string, { table, scope }: Within): Deed[] {
  const check = scope.notNullChecks.get(column);
  const name = column.slice(table.length + 1);
  const proven = [...scope.validated].some(
    (v) => v === `${table}.${check ?? ""}` || (check === undefined && v.startsWith(`${table}.`) && v.includes(name)),
  );
  return proven ? [] : [deed("set-not-null", `makes ${column} not null`)];
}

function addConstraint(constraint: Constraint, { table, scope }: Within): Deed[] {
  const id = `${table}.${constraint.conname ?? ""}`;
  if (constraint.skip_validation === true) {
    const column = notNullColumn(constraint);
    if (column !== null) scope.notNullChecks.set(`${table}.${column}`, constraint.conname ?? "");
    if (scope.transaction) scope.unchecked.add(id);
    return [];
  }
  switch (constraint.contype) {
    case "CONSTR_FOREIGN":
      return [deed("check-constraint", `adds a foreign key to ${table} and checks every row`)];
    case "CONSTR_CHECK":
    case "CONSTR_NOTNULL":
      return [deed("check-constraint", `adds a check to ${table} and checks every row`)];
    case "CONSTR_UNIQUE":
    case "CONSTR_PRIMARY":
      if (constraint.indexname !== undefined) return [];
      return [deed("check-constraint", `adds a unique constraint to ${table} and builds its index under lock`)];
    case "CONSTR_EXCLUSION":
      return [deed("check-constraint", `adds an exclusion constraint to ${table}`)];
    default:
      return [];
  }
}

/** The column of a check `column IS NOT NULL`. */
function notNullColumn(constraint: Constraint): string | null {
  const test = constraint.raw_expr;
  if (constraint.contype !== "CONSTR_CHECK" || !test || !("NullTest" in test)) return null;
  if (test.NullTest.nulltesttype !== "IS_NOT_NULL" || !test.NullTest.arg || !("ColumnRef" in test.NullTest.arg)) {
    return null;
  }
  const field = test.NullTest.arg.ColumnRef.fields?.at(-1);
  return field && "String" in field ? (field.String.sval ?? null) : null;
}
