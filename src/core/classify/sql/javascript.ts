import { literalText, literalTexts } from "./arguments.js";
import { isWithin, type Call, type Code, type Span } from "./calls.js";
import type { Framework, Step } from "./code-operations.js";
import { embeddedDeeds } from "./embedded.js";
import { deed, type Deed } from "./operation.js";

/** Knex, Sequelize, TypeORM, node-pg-migrate and the like. */
export const javascript: Framework = {
  language: "tsx",
  passedOver: (code) => backSpans(code),
  deedsOf: (call, context) => {
    const known = steps[call.name];
    return known ? known({ ...target(call, context.code), call, ...context }) : [];
  },
  wayBack: (code) => {
    const up = code.functions.find((f) => f.name === "up");
    const down = code.functions.find((f) => f.name === "down");
    if (!up || !code.calls.some((c) => isWithin(c, up) && steps[c.name])) return null;
    if (!down) return { deed: deed("no-way-back", "has an `up` and no `down`"), row: up.from.row };
    const body = down.text.slice(down.text.indexOf("{") + 1).replace(/\/\*[\s\S]*?\*\/|\/\/.*|[{}();\s]/g, "");
    const empty = /^(?:return(?:Promise\.resolve|null|true)?)?$/.test(body);
    return empty ? { deed: deed("no-way-back", "has an empty `down`"), row: down.from.row } : null;
  },
};

function backSpans(code: Code): Span[] {
  return code.functions.filter((f) => f.name === "down");
}

/** The table is the first argument, or that of Knex's `createTable`/`alterTable` whose callback's variable is called. */
function target(call: Call, code: Code): Pick<Step, "table" | "rest" | "named"> {
  const { positional, named } = call.args;
  const root = /^\w+/.exec(call.receiver)?.[0] ?? "";
  const inTable = code.calls.filter((c) => tableBlock.test(c.name) && c !== call && isWithin(call, c));
  const block = inTable.find((c) =>
    new RegExp(`^(?:async\\s+)?(?:function\\s*)?\\(?\\s*${root}\\b`).test(c.args.positional[1] ?? ""),
  );
  if (root !== "" && block) return { table: text(block.args.positional[0]), rest: positional, named };
  return { table: text(positional[0]), rest: positional.slice(1), named };
}

const tableBlock = /^(?:createTable(?:IfNotExists)?|alterTable|table)$/;

function text(raw: string | undefined): string {
  return literalText(raw) ?? raw ?? "";
}

type Reader = (step: Step) => Deed[];

const steps: Readonly<Partial<Record<string, Reader>>> = {
  createTable: newTable,
  createTableIfNotExists: newTable,
  dropTable,
  dropTableIfExists: dropTable,
  dropAllTables: () => [deed("drop-table", "drops all tables")],
  dropSchema: (s) => [deed("drop-database", `drops the schema ${s.table}`)],
  dropDatabase: (s) => [deed("drop-database", `drops the database ${s.table}`)],
  dropColumn,
  dropColumns: dropColumn,
  removeColumn: dropColumn,
  dropTimestamps: (s) => dropped(s, ["created_at", "updated_at"]),
  renameColumn: (s) => onOld(s, deed("rename", `renames the column ${s.table}.${text(s.rest[0])}`)),
  renameTable: (s) => onOld(s, deed("rename", `renames the table ${s.table}`)),
  changeColumn: (s) => onOld(s, deed("change-type", `changes the column ${s.table}.${text(s.rest[0])}`)),
  alterColumn: (s) => onOld(s, deed("change-type", `changes the column ${s.table}.${text(s.rest[0])}`)),
  alter: (s) => (isColumn(s) ? onOld(s, deed("change-type", `changes a column of ${s.table}`)) : []),
  dropNullable: (s) => onOld(s, deed("set-not-null", `makes ${s.table}.${text(s.rest[0])} not null`)),
  setNullable: (s) => onOld(s, deed("drop-not-null", `lets ${s.table}.${text(s.rest[0])} be null`)),
  notNullable: required,
  addColumn,
  addColumns: addColumn,
  addIndex: (s) => indexed(s, "builds"),
  createIndex: (s) => indexed(s, "builds"),
  index: (s) => (isColumn(s) ? indexed(s, "builds") : []),
  removeIndex: (s) => indexed(s, "drops"),
  dropIndex: (s) => indexed(s, "drops"),
  addConstraint: constrained,
  createForeignKey: constrained,
  createUniqueConstraint: constrained,
  createCheckConstraint: constrained,
  createPrimaryKey: constrained,
  foreign: (s) => (isColumn(s) ? constrained(s) : []),
  unique: (s) => (isColumn(s) ? constrained(s) : []),
  query: runSql,
  raw: runSql,
  sql: runSql,
  execute: runSql,
  addSql: (s) => embeddedDeeds(literalText(s.call.args.positional[0]), s.scope),
  del: changeRows,
  bulkDelete: (s) => onOld(s, deed("change-rows", `deletes rows of ${s.table}`)),
  bulkUpdate: (s) => onOld(s, deed("change-rows", `overwrites rows of ${s.table}`)),
  truncate: (s) => [deed("truncate", `empties ${knexTable(s)}`)],
  dropCollection: dropTable,
  drop: (s) => (/\bcollection\(/.test(s.call.receiver) ? [deed("drop-table", "drops a collection")] : []),
  deleteMany: changeDocuments,
  deleteOne: changeDocuments,
  updateMany: changeDocuments,
  updateOne: changeDocuments,
  replaceOne: changeDocuments,
  delete: changeRows,
  update: changeRows,
};

function onOld(s: Step, made: Deed): Deed[] {
  return s.scope.tables.has(s.table) ? [] : [made];
}

/** A step on the variable of a table's callback. */
function isColumn(s: Step): boolean {
  return s.rest === s.call.args.positional;
}

function newTable(s: Step): Deed[] {
  s.scope.tables.add(/^new\s+Table\(/.test(s.table) ? text(/name:\s*(["'`][^"'`]*["'`])/.exec(s.table)?.[1]) : s.table);
  return [];
}

function dropTable(s: Step): Deed[] {
  return s.scope.tables.delete(s.table) ? [] : [deed("drop-table", `drops the table ${s.table}`)];
}

function dropColumn(s: Step): Deed[] {
  return dropped(
    s,
    s.rest.flatMap((r) => literalTexts(r)),
  );
}

function dropped(s: Step, names: readonly string[]): Deed[] {
  const old = names.filter((n) => !s.scope.columns.delete(`${s.table}.${n}`));
  return old.length === 0 ? [] : onOld(s, deed("drop-column", `drops ${old.map((n) => `${s.table}.${n}`).join(", ")}`));
}

/** Knex: `table.string("a").notNullable()` on a table that is altered, without a default in the chain. */
function required(s: Step): Deed[] {
  const [line] = s.code.text.split("\n").slice(s.call.from.row, s.call.from.row + 1);
  const chain = `${s.call.receiver}${line ?? ""}`;
  if (/\.defaultTo\(|\.alter\(|\.dropNullable/.test(chain) || !/^\w+\s*\.\s*\w+\(/.test(s.call.receiver)) return [];
  return s.table === ""
    ? []
    : onOld(s, deed("require-column", `adds a column to ${s.table}, not null and without a default`));
}

function addColumn(s: Step): Deed[] {
  const name = literalText(s.rest[0]) ?? text(/name:\s*(["'`][^"'`]*["'`])/.exec(s.rest[0] ?? "")?.[1]);
  const column = `${s.table}.${name}`;
  s.scope.columns.add(column);
  const options = s.rest.join(" ");
  const filled = /\bdefault(?:Value|To|Expression)?\s*:|isGenerated|autoIncrement/.test(options);
  const notNull = /\ballowNull\s*:\s*false|\bnotNull\s*:\s*true|\bisNullable\s*:\s*false/.test(options);
  const typeOrm = /new\s+TableColumn\(/.test(options) && !/isNullable\s*:\s*true/.test(options);
  return (notNull || typeOrm) && !filled
    ? onOld(s, deed("require-column", `adds ${column}, not null and without a default`))
    : [];
}

function indexed(s: Step, does: "builds" | "drops"): Deed[] {
  const concurrent = /concurrently\s*:\s*true/i.test([...s.rest, ...s.call.args.positional].join(" "));
  const online = concurrent || s.named.get("concurrently") === "true";
  return online ? [] : onOld(s, deed("lock-index", `${does} an index on ${s.table} without CONCURRENTLY`));
}

function constrained(s: Step): Deed[] {
  return onOld(s, deed("check-constraint", `adds a constraint to ${s.table}`));
}

function runSql(s: Step): Deed[] {
  const given = s.call.args.positional[0];
  const known =
    /^(?:\w*(?:knex|queryRunner|queryInterface|sequelize|pgm|db|schema|connection|client|manager|trx|conn)\w*)\b/i;
  if (!known.test(s.call.receiver) || given === undefined) return [];
  return embeddedDeeds(literalText(given), s.scope);
}

/** Knex: `knex("users").where(…).del()`. */
function changeRows(s: Step): Deed[] {
  const table = knexTable(s);
  if (table === "" || s.scope.tables.has(table)) return [];
  const keys = [...s.named.keys()];
  const fills = s.call.name === "update" && keys.length > 0 && keys.every((k) => s.scope.columns.has(`${table}.${k}`));
  return [deed(fills ? "fill-new-column" : "change-rows", `changes rows of ${table} (${s.call.name})`)];
}

function changeDocuments(s: Step): Deed[] {
  return [deed("change-rows", `changes documents (${s.call.name})`)];
}

function knexTable(s: Step): string {
  return (
    /^(?:await\s+)?(?:\w+\.)?\w*(?:knex|trx|db|table|from|into)\w*\(\s*["'`](\w+)["'`]/i.exec(s.call.receiver)?.[1] ??
    ""
  );
}
