import { literalText, literalTexts, type Arguments } from "./arguments.js";
import type { Call, Code, Span } from "./calls.js";
import { isWithin } from "./calls.js";
import type { Framework, Step } from "./code-operations.js";
import { embeddedDeeds } from "./embedded.js";
import { deed, type Deed } from "./operation.js";
import { typeChange } from "./rails-types.js";

/** Active Record migrations, judged as strong_migrations does for PostgreSQL. */
export const rails: Framework = {
  language: "ruby",
  passedOver: (code) => [...backSpans(code)],
  deedsOf: (call, context) => {
    const known = steps[call.name];
    return known ? known({ ...target(call, context.code), call, ...context }) : [];
  },
  wayBack: (code) => {
    const up = code.functions.find((f) => f.name === "up");
    const down = code.functions.find((f) => f.name === "down");
    const refuses = /raise\s+(?:::)?ActiveRecord::IrreversibleMigration/.exec(code.text);
    if (refuses) {
      const row = code.text.slice(0, refuses.index).split("\n").length - 1;
      return { deed: deed("no-way-back", "says that it can't be undone"), row };
    }
    if (!up || isEmpty(up.text)) return null;
    if (!down) return { deed: deed("no-way-back", "has an `up` and no `down`"), row: up.from.row };
    return isEmpty(down.text) ? { deed: deed("no-way-back", "has an empty `down`"), row: down.from.row } : null;
  },
};

function isEmpty(method: string): boolean {
  const body = method
    .split("\n")
    .map((l) => l.replace(/#.*$/, "").trim())
    .filter((l) => l !== "" && l !== "nil" && l !== "end");
  return body.length <= 1 && !/;\s*(?!end\b)\S/.test(body[0] ?? "");
}

function backSpans(code: Code): Span[] {
  const methods = code.functions.filter((f) => f.name === "down");
  const blocks = code.calls.filter((c) => c.name === "down" && c.receiver !== "" && c.receiver !== "self");
  return [...methods, ...blocks];
}

/** The table is the first argument, or that of the `create_table`/`change_table` whose block's variable is called. */
function target(call: Call, code: Code): Pick<Step, "table" | "rest" | "named"> {
  const { positional, named } = call.args;
  if (/^[a-z]\w?$|^table$|^td$/.test(call.receiver)) {
    const blocks = code.calls.filter((c) => /^(create|change)_(join_)?table$/.test(c.name) && isWithin(call, c));
    const table = literalText(blocks.at(-1)?.args.positional[0]);
    if (table !== null) return { table, rest: positional, named };
  }
  return { table: literalText(positional[0]) ?? positional[0] ?? "", rest: positional.slice(1), named };
}

type Reader = (step: Step) => Deed[];

const steps: Readonly<Partial<Record<string, Reader>>> = {
  create_table: createTable,
  create_join_table: createTable,
  drop_table: dropTable,
  drop_join_table: dropTable,
  remove_column: removeColumns,
  remove_columns: removeColumns,
  remove: inTable(removeColumns),
  remove_timestamps: (s) => dropped(s, ["created_at", "updated_at"]),
  remove_reference: (s) =>
    dropped(
      s,
      columnNames(s).map((c) => `${c}_id`),
    ),
  remove_belongs_to: (s) =>
    dropped(
      s,
      columnNames(s).map((c) => `${c}_id`),
    ),
  remove_references: (s) =>
    dropped(
      s,
      columnNames(s).map((c) => `${c}_id`),
    ),
  rename_column: renameColumn,
  rename: inTable(renameColumn),
  rename_table: (s) => onOld(s, deed("rename", `renames the table ${s.table}`)),
  change_column: changeColumn,
  change: inTable(changeColumn),
  change_column_null: changeNull,
  change_null: inTable(changeNull),
  add_column: addColumn,
  column: inTable(addColumn),
  add_index: addIndex,
  index: inTable(addIndex),
  remove_index: removeIndex,
  add_reference: addReference,
  add_belongs_to: addReference,
  references: inTable(addReference),
  belongs_to: inTable(addReference),
  add_foreign_key: addConstraint("a foreign key"),
  foreign_key: inTable(addConstraint("a foreign key")),
  add_check_constraint: addConstraint("a check"),
  check_constraint: inTable(addConstraint("a check")),
  add_unique_constraint: addConstraint("a unique constraint"),
  add_exclusion_constraint: addConstraint("an exclusion constraint"),
  validate_foreign_key: validate,
  validate_check_constraint: validate,
  validate_constraint: validate,
  execute: (s) => embeddedDeeds(sqlOf(s.call, s.code), s.scope),
  exec_query: (s) => embeddedDeeds(sqlOf(s.call, s.code), s.scope),
  exec_update: (s) => embeddedDeeds(sqlOf(s.call, s.code), s.scope),
  exec_delete: (s) => embeddedDeeds(sqlOf(s.call, s.code), s.scope),
  add_enum_value: (s) => [deed("enum-value", `adds an enum value to ${s.table}`)],
  rename_enum_value: (s) => [deed("rename", `renames a value of ${s.table}`)],
  update_all: changeRows,
  update_columns: changeRows,
  update_column: changeRows,
  delete_all: changeRows,
  destroy_all: changeRows,
  "update!": changeRows,
  "destroy!": changeRows,
  upsert_all: changeRows,
};

/** Only as a call on a block's variable: elsewhere the word means something else. */
function inTable(reader: Reader): Reader {
  return (s) => (/^[a-z]\w?$|^table$|^td$/.test(s.call.receiver) ? reader(s) : []);
}

function onOld(s: Step, made: Deed): Deed[] {
  return s.scope.tables.has(s.table) ? [] : [made];
}

function columnNames(s: Step): string[] {
  return s.rest.map((c) => literalText(c) ?? c);
}

function createTable(s: Step): Deed[] {
  const force = s.named.get("force");
  s.scope.tables.add(s.table);
  const known = force !== undefined && force !== "false" && force !== "nil";
  return known ? [deed("recreate-table", `creates the table ${s.table} with force`)] : [];
}

function dropTable(s: Step): Deed[] {
  return s.scope.tables.delete(s.table) ? [] : [deed("drop-table", `drops the table ${s.table}`)];
}

function removeColumns(s: Step): Deed[] {
  const names = columnNames(s);
  return dropped(s, s.call.name === "remove_column" ? names.slice(0, 1) : names);
}

function dropped(s: Step, names: readonly string[]): Deed[] {
  const old = names.filter((n) => !s.scope.columns.delete(`${s.table}.${n}`));
  return old.length === 0 ? [] : onOld(s, deed("drop-column", `drops ${old.map((n) => `${s.table}.${n}`).join(", ")}`));
}

function renameColumn(s: Step): Deed[] {
  const name = columnNames(s)[0] ?? "";
  if (s.scope.columns.has(`${s.table}.${name}`)) return [];
  return onOld(s, deed("rename", `renames the column ${s.table}.${name}`));
}

function changeColumn(s: Step): Deed[] {
  const column = `${s.table}.${columnNames(s)[0] ?? ""}`;
  if (s.scope.columns.has(column)) return [];
  const made = typeChange(s.call, s.code);
  const deeds = made === null ? [] : onOld(s, deed(made, `changes the type of ${column}`));
  const required = s.named.get("null") === "false";
  return required ? [...deeds, ...onOld(s, deed("set-not-null", `makes ${column} not null`))] : deeds;
}

function changeNull(s: Step): Deed[] {
  const [name, nullable, fill] = s.rest;
  const column = `${s.table}.${literalText(name) ?? name ?? ""}`;
  if (nullable === "true") return onOld(s, deed("drop-not-null", `lets ${column} be null`));
  if (nullable !== "false") return [];
  const proven = [...s.scope.validated].some((v) => v.startsWith(`${s.table}.`));
  const filled =
    fill !== undefined && fill !== "nil" ? [deed("fill-new-column", `fills ${column} where it is null`)] : [];
  return [...(proven ? [] : onOld(s, deed("set-not-null", `makes ${column} not null`))), ...filled];
}

function addColumn(s: Step): Deed[] {
  const [name, kind] = columnNames(s);
  const column = `${s.table}.${name ?? ""}`;
  s.scope.columns.add(column);
  if (s.scope.tables.has(s.table)) return [];
  const given = s.named.get("default");
  const computed =
    (given !== undefined && /^(?:->|lambda|proc\b)|_uuid\(\)|random\(\)/.test(given)) ||
    /^(?:primary_key|(?:small|big)?serial)$/.test(kind ?? "") ||
    s.named.get("stored") === "true";
  const deeds: Deed[] = computed
    ? [deed("volatile-default", `adds ${column} with a value computed for every row`)]
    : [];
  if (s.named.get("null") === "false" && (given === undefined || given === "nil") && !computed)
    deeds.push(deed("require-column", `adds ${column}, not null and without a default`));
  if (kind === "json") deeds.push(deed("json-column", `adds ${column} of type json`));
  return deeds;
}

function addIndex(s: Step): Deed[] {
  const columns = literalTexts(s.rest[0]);
  const wide = columns.length > 3 && s.named.get("unique") !== "true" && !s.scope.tables.has(s.table);
  const deeds = wide ? [deed("wide-index", `builds an index of ${columns.length} columns on ${s.table}`)] : [];
  if (isConcurrent(s.named)) return deeds;
  return [...deeds, ...onOld(s, deed("lock-index", `builds an index on ${s.table} without :concurrently`))];
}

function removeIndex(s: Step): Deed[] {
  return isConcurrent(s.named)
    ? []
    : onOld(s, deed("lock-index", `drops an index of ${s.table} without :concurrently`));
}

function isConcurrent(named: Arguments["named"]): boolean {
  return literalText(named.get("algorithm")) === "concurrently";
}

function addReference(s: Step): Deed[] {
  const name = `${s.table}.${columnNames(s)[0] ?? ""}_id`;
  s.scope.columns.add(name);
  const index = s.named.get("index");
  const key = s.named.get("foreign_key");
  const deeds: Deed[] = [];
  const unlocked = index === "false" || (index !== undefined && /algorithm:\s*:concurrently/.test(index));
  if (!unlocked) deeds.push(...onOld(s, deed("lock-index", `builds an index on ${name} without :concurrently`)));
  if (key !== undefined && key !== "false" && !/validate:\s*false/.test(key))
    deeds.push(...onOld(s, deed("check-constraint", `adds a foreign key on ${name} and checks every row`)));
  if (s.named.get("null") === "false" && !s.named.has("default"))
    deeds.push(...onOld(s, deed("require-column", `adds ${name}, not null and without a default`)));
  return deeds;
}

function addConstraint(what: string): Reader {
  return (s) => {
    if (s.named.has("using_index")) return [];
    if (s.named.get("validate") !== "false") return onOld(s, deed("check-constraint", `adds ${what} to ${s.table}`));
    if (!/\bdisable_ddl_transaction!/.test(s.code.text)) s.scope.unchecked.add(s.table);
    return [];
  };
}

function validate(s: Step): Deed[] {
  s.scope.validated.add(`${s.table}.${literalText(s.named.get("name")) ?? ""}`);
  if (!s.scope.unchecked.has(s.table)) return [];
  return [deed("wrong-transaction", `checks a constraint of ${s.table} in the transaction that adds it`)];
}

/** `User.update_all(a: 1)`: a backfill when the migration has just added what it writes. */
function changeRows(s: Step): Deed[] {
  if (s.call.receiver === "" || s.call.receiver === "self") return [];
  const keys = [...s.named.keys()];
  const added = (key: string) => [...s.scope.columns].some((c) => c.endsWith(`.${key}`));
  const fills = s.call.name.startsWith("update") && keys.length > 0 && keys.every(added);
  const model = s.call.receiver.split(/[.(\n]/)[0] ?? "";
  return [deed(fills ? "fill-new-column" : "change-rows", `changes rows of ${model} (${s.call.name})`)];
}

/** The SQL given to `execute`: a text, or a heredoc whose body begins on the next line. */
function sqlOf(call: Call, code: Code): string | null {
  const given = call.args.positional[0];
  const heredoc = /^<<[~-]?["']?([A-Za-z_]\w*)["']?/.exec(given ?? "");
  if (!heredoc?.[1]) return literalText(given?.replace(/\.(squish|strip|strip_heredoc|freeze)$/, ""));
  const lines = code.text.split("\n").slice(call.from.row + 1);
  const end = lines.findIndex((l) => l.trim() === heredoc[1]);
  return (end < 0 ? lines : lines.slice(0, end)).join("\n");
}
