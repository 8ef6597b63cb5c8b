import { literalText, literalTexts, readArguments } from "./arguments.js";
import { isWithin, type Call, type Code, type NamedSpan, type Span } from "./calls.js";
import type { CallContext, Framework } from "./code-operations.js";
import { alembicDeeds } from "./alembic.js";
import { embeddedDeeds } from "./embedded.js";
import { deed, type Deed } from "./operation.js";

/** Django's and Alembic's migrations; which of them is told by what they call. */
export const python: Framework = {
  language: "python",
  passedOver: (code) => [...code.functions.filter((f) => isBack(f, code)), ...stateOnly(code)],
  deedsOf: (call, context) => [...djangoDeeds(call, context), ...alembicDeeds(call, context)],
  wayBack,
};

/** `downgrade`, and the functions that are only named as the reverse of a RunPython. */
function isBack(f: NamedSpan, code: Code): boolean {
  if (f.name === "downgrade") return true;
  const runs = code.calls.filter((c) => c.name === "RunPython");
  const forward = runs.some((c) => functionName(c.args.named.get("code") ?? c.args.positional[0]) === f.name);
  return (
    !forward && runs.some((c) => functionName(c.args.named.get("reverse_code") ?? c.args.positional[1]) === f.name)
  );
}

/** `forward`, or what `functools.partial(forward, …)` calls. */
function functionName(given: string | undefined): string {
  return /\bpartial\(\s*(\w+)/.exec(given ?? "")?.[1] ?? given ?? "";
}

/** `state_operations=[…]` tells Django alone, not the database. */
function stateOnly(code: Code): Span[] {
  const separate = code.calls.filter((c) => c.name === "SeparateDatabaseAndState");
  return separate.flatMap((outer) => {
    const state = outer.args.named.get("state_operations");
    if (state === undefined) return [];
    const inner = code.calls.filter((c) => c !== outer && isWithin(c, outer) && state.includes(c.name));
    const database = outer.args.named.get("database_operations") ?? "";
    return inner.filter((c) => !database.includes(c.name));
  });
}

function wayBack(code: Code): { deed: Deed; row: number } | null {
  const down = code.functions.find((f) => f.name === "downgrade");
  const up = code.functions.find((f) => f.name === "upgrade");
  if (!up || !down || !code.calls.some((c) => c.receiver === "op" && isWithin(c, up))) return null;
  if (/raise\s+\w*(?:NotImplemented|Irreversible|Exception|Error)/.test(down.text))
    return { deed: deed("no-way-back", "says that it can't be undone"), row: down.from.row };
  const body = down.text.replace(/^[^\n]*\n/, "").replace(/"""[\s\S]*?"""|'''[\s\S]*?'''|#.*$/gm, "");
  const empty = body.split("\n").every((l) => /^\s*(?:pass|\.\.\.|return(?: None)?)?\s*$/.test(l));
  return empty ? { deed: deed("no-way-back", "has an empty `downgrade`"), row: down.from.row } : null;
}

function djangoDeeds(call: Call, context: CallContext): Deed[] {
  const { code, scope } = context;
  if (call.receiver !== "migrations" && call.receiver !== "") return rowDeeds(call, context);
  const { named, positional } = call.args;
  const model = (literalText(named.get("model_name") ?? positional[0]) ?? "").toLowerCase();
  const name = literalText(named.get("name") ?? positional[1]) ?? "";
  const self = (literalText(named.get("name") ?? positional[0]) ?? "").toLowerCase();
  const isNew = scope.tables.has(model);
  const column = `${model}.${name}`;
  switch (call.name) {
    case "CreateModel":
      scope.tables.add(self);
      return [];
    case "DeleteModel":
      return scope.tables.delete(self) ? [] : [deed("drop-table", `drops the table of ${self}`)];
    case "RemoveField":
      return isNew || scope.columns.delete(column) ? [] : [deed("drop-column", `drops the column ${column}`)];
    case "AddField":
      scope.columns.add(column);
      return isNew ? [] : addField(named.get("field") ?? positional[2] ?? "", column);
    case "AlterField":
      return isNew ? [] : [deed("change-type", `changes the field ${column}`)];
    case "RenameField":
      return isNew ? [] : [deed("rename", `renames a field of ${model}`)];
    case "RenameModel":
    case "AlterModelTable":
      return [deed("rename", `renames the table of ${self || "a model"}`)];
    case "AddIndex":
      return isNew ? [] : [deed("lock-index", `builds an index on ${model} without CONCURRENTLY`)];
    case "RemoveIndex":
      return isNew ? [] : [deed("lock-index", `drops an index of ${model} without CONCURRENTLY`)];
    case "AddConstraint":
      return isNew ? [] : [deed("check-constraint", `adds a constraint to ${model}`)];
    case "AlterUniqueTogether": {
      const unique = named.get("unique_together") ?? positional[1] ?? "";
      const some = literalTexts(unique.replace(/^set\(|\)$/g, "")).some((t) => /\w/.test(t) && t !== "None");
      return some && !scope.tables.has(self) ? [deed("check-constraint", `adds a unique constraint to ${self}`)] : [];
    }
    case "RunSQL":
      return runSql(call, context);
    case "RunPython":
      return runPython(call, code);
    default:
      return rowDeeds(call, context);
  }
}

function addField(field: string, column: string): Deed[] {
  const open = field.indexOf("(");
  const { named } = readArguments(field.slice(Math.max(0, open)));
  const type = field.slice(0, Math.max(0, open));
  if (type.endsWith("ManyToManyField")) return [];
  const deeds: Deed[] = [];
  const unique = named.get("unique") === "True" || type.endsWith("OneToOneField");
  if (unique) deeds.push(deed("check-constraint", `adds ${column} with a unique index`));
  // Django takes its default off the column again, so programs that don't know the column can't insert.
  if (named.get("null") !== "True" && !named.has("db_default") && !/NullBoolean|GeneratedField/.test(type))
    deeds.push(deed("require-column", `adds ${column}, not null and without a default in the database`));
  return deeds;
}

function runSql(call: Call, { scope }: CallContext): Deed[] {
  const { named, positional } = call.args;
  const sql = named.get("sql") ?? positional[0];
  const reverse = named.get("reverse_sql") ?? positional[1];
  if (sql !== undefined && /RunSQL\.noop$/.test(sql)) return [];
  const list = sql !== undefined && /^[[(]\s*["'[(]/.test(sql);
  const texts = list ? literalTexts(sql) : [literalText(sql)];
  const deeds = texts.flatMap((text) => embeddedDeeds(text, scope));
  if (reverse === undefined || reverse === "None") deeds.push(deed("no-way-back", "runs SQL without `reverse_sql`"));
  return deeds;
}

function runPython(call: Call, code: Code): Deed[] {
  const { named, positional } = call.args;
  const forward = functionName(named.get("code") ?? positional[0]);
  const reverse = named.get("reverse_code") ?? positional[1];
  const deeds: Deed[] = [];
  if (/\bnoop$/.test(forward)) return [];
  const known = code.functions.some((f) => f.name === forward) || forward.startsWith("lambda");
  if (!known) deeds.push(deed("opaque", `runs ${forward}, which is not in this file`));
  if (reverse === undefined || reverse === "None")
    deeds.push(deed("no-way-back", "runs Python without `reverse_code`"));
  return deeds;
}

/** What a data migration's function does to rows through the models or a session. */
function rowDeeds(call: Call, { code }: CallContext): Deed[] {
  const inside = code.functions.find((f) => isWithin(call, f));
  if (!inside) return [];
  const many = /objects|\.(?:filter|exclude|all|using|query)\(|session/.test(call.receiver);
  const rows =
    call.name === "bulk_update" || call.name === "_raw_delete"
      ? true
      : call.name === "delete"
        ? many || (inside.name !== "upgrade" && !/^(?:request|session|cache|self|dict|os)\b/.test(call.receiver))
        : call.name === "update" && many;
  return rows ? [deed("change-rows", `changes rows (${call.name})`)] : [];
}
