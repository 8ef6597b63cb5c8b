import { literalText } from "./arguments.js";
import { isWithin, type Call, type Code } from "./calls.js";

interface ColumnType {
  readonly name: string;
  readonly limit: number | null;
  readonly precision: number | null;
  readonly scale: number | null;
}

/**
 * What `change_column` does to the values: nothing (null) when the type in `down` shows that it only gets wider. The
 * cases are strong_migrations' for PostgreSQL; without a `down` the old type isn't known.
 */
export function typeChange(call: Call, code: Code): "change-type" | "narrow-type" | null {
  const [table, column] = call.args.positional;
  const down = code.functions.find((f) => f.name === "down");
  const back = code.calls.find(
    (c) =>
      c.name === call.name &&
      down !== undefined &&
      isWithin(c, down) &&
      c.args.positional[0] === table &&
      c.args.positional[1] === column,
  );
  const to = typeOf(call);
  if (!back) return narrowTypes.test(to.name) ? "narrow-type" : "change-type";
  return compare(typeOf(back), to);
}

const narrowTypes = /^(date|boolean|smallint|time)$/;

function typeOf(call: Call): ColumnType {
  const { positional, named } = call.args;
  const number = (key: string) => (named.has(key) ? Number(named.get(key)) : null);
  const name = literalText(positional[2] ?? positional[1]) ?? "";
  return { name, limit: number("limit"), precision: number("precision"), scale: number("scale") };
}

const texts = new Set(["string", "varchar", "text", "citext"]);
const times = new Set(["datetime", "timestamp", "timestamptz", "time", "interval"]);

function compare(from: ColumnType, to: ColumnType): "change-type" | "narrow-type" | null {
  if (texts.has(from.name) && texts.has(to.name)) return fits(from.limit, to.limit) ? null : "narrow-type";
  if (from.name === to.name && (from.name === "decimal" || from.name === "numeric")) {
    if (to.precision === null) return null;
    return (from.scale ?? 0) === (to.scale ?? 0) && fits(from.precision, to.precision) ? null : "narrow-type";
  }
  if (times.has(from.name) && (from.name === to.name || (isStamp(from.name) && isStamp(to.name)))) {
    const [before, after] = [from.precision ?? from.limit ?? 6, to.precision ?? to.limit ?? 6];
    return after >= before ? null : "narrow-type";
  }
  if (from.name === "cidr" && to.name === "inet") return null;
  if (from.name === to.name && (from.name === "integer" || from.name === "binary"))
    return (to.limit ?? 4) < (from.limit ?? 4) ? "narrow-type" : "change-type";
  if (
    /^(bigint|text|string|float|decimal|datetime)$/.test(from.name) &&
    /^(integer|smallint|boolean|date)$/.test(to.name)
  )
    return "narrow-type";
  return "change-type";
}

function isStamp(name: string): boolean {
  return name === "timestamp" || name === "timestamptz" || name === "datetime";
}

function fits(from: number | null, to: number | null): boolean {
  return to === null || (from !== null && to >= from);
}
