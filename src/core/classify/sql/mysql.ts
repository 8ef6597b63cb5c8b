import { deed, type Deed, type Scope } from "./operation.js";

/**
 * What one statement does, by the tree that MySQL's (or SQLite's) grammar gave. Only what loses or changes something:
 * what locks in PostgreSQL is done online by MySQL 8, and SQLite has one writer anyway.
 */
export function mysqlDeeds(tree: unknown, scope: Scope): Deed[] {
  const table = tableOf(get(tree, "table"));
  switch (get(tree, "type")) {
    case "create":
      if (get(tree, "keyword") === "table") scope.tables.add(table);
      return [];
    case "drop":
      return dropped(tree, scope);
    case "truncate":
      return [deed("truncate", `empties ${tableOf(get(tree, "name"))}`)];
    case "delete":
      return scope.tables.has(table) ? [] : [deed("change-rows", `deletes rows of ${table}`)];
    case "replace":
      return scope.tables.has(table) ? [] : [deed("change-rows", `overwrites rows of ${table}`)];
    case "insert":
      return overwrites(tree) && !scope.tables.has(table) ? [deed("change-rows", `overwrites rows of ${table}`)] : [];
    case "update":
      return updated(tree, { table, scope });
    case "rename":
      return list(get(tree, "table")).map((pair) => deed("rename", `renames the table ${tableOf(pair)}`));
    case "alter":
      return list(get(tree, "expr")).flatMap((action) => {
        const made = altered(action, { table, scope });
        return scope.tables.has(table) ? [] : made;
      });
    default:
      return [];
  }
}

interface Within {
  readonly table: string;
  readonly scope: Scope;
}

function dropped(tree: unknown, scope: Scope): Deed[] {
  const name = get(tree, "name");
  switch (get(tree, "keyword")) {
    case "table": {
      const names = list(name).map(tableOf);
      return names.filter((n) => !scope.tables.delete(n)).map((n) => deed("drop-table", `drops the table ${n}`, n));
    }
    case "database":
    case "schema":
      return [deed("drop-database", `drops the database ${typeof name === "string" ? name : ""}`)];
    default:
      return [];
  }
}

function overwrites(tree: unknown): boolean {
  const or = list(get(tree, "or")).map((word) => get(word, "value"));
  return or.some((word) => word === "REPLACE" || word === "replace") || Boolean(get(tree, "on_duplicate_update"));
}

function updated(tree: unknown, { table, scope }: Within): Deed[] {
  if (scope.tables.has(table)) return [];
  const columns = list(get(tree, "set")).map((s) => columnOf(s));
  if (columns.length > 0 && columns.every((c) => scope.columns.has(`${table}.${c}`)))
    return [deed("fill-new-column", `fills ${table}.${columns.join(", ")}`)];
  return [deed("change-rows", `overwrites rows of ${table}`)];
}

function altered(action: unknown, { table, scope }: Within): Deed[] {
  const resource = get(action, "resource");
  const name = columnOf(get(action, "column"));
  const column = `${table}.${name}`;
  switch (get(action, "action")) {
    case "drop":
      if (resource === "column" && !scope.columns.delete(column))
        return [deed("drop-column", `drops the column ${column}`, name)];
      return resource === "partition" ? [deed("drop-partition", `drops a partition of ${table}`)] : [];
    case "truncate":
      return resource === "partition" ? [deed("truncate", `empties a partition of ${table}`)] : [];
    case "modify":
      return [deed("change-type", `changes the column ${column}`, name)];
    case "change": {
      const old = columnOf(get(action, "old_column"));
      if (old === name) return [deed("change-type", `changes the column ${column}`, name)];
      return [deed("rename", `renames or changes the column ${table}.${old}`, old)];
    }
    case "rename":
      if (resource === "table" && scope.tables.has(table)) {
        const to = get(action, "table");
        if (typeof to === "string") scope.renamedTo.add(to);
        return [];
      }
      return resource === "index" ? [] : [deed("rename", `renames the ${String(resource)} of ${table}`)];
    case "add":
      return resource === "column" ? added(action, { table, scope }) : [];
    default:
      return [];
  }
}

function added(action: unknown, { table, scope }: Within): Deed[] {
  const name = columnOf(get(action, "column"));
  scope.columns.add(`${table}.${name}`);
  const required = get(get(action, "nullable"), "type") === "not null";
  const filled = ["default_val", "auto_increment", "generated"].some((key) => Boolean(get(action, key)));
  return required && !filled
    ? [deed("require-column", `adds ${table}.${name}, not null and without a default`, name)]
    : [];
}

function get(node: unknown, name: string): unknown {
  return typeof node === "object" && node !== null ? (node as Readonly<Record<string, unknown>>)[name] : undefined;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
}

/** A table's name, of the first when there are several. */
function tableOf(value: unknown): string {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  const name = get(first, "table");
  return typeof name === "string" ? name : "";
}

function columnOf(value: unknown): string {
  const name = get(value, "column");
  if (typeof name === "string") return name;
  const inner = get(get(name, "expr"), "value");
  return typeof inner === "string" ? inner : "";
}
