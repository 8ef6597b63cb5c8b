import { deed, type Deed } from "./operation.js";

/** Lines that a call may run over before what it says of itself is no longer looked for. */
const callLinesMax = 6;

const newTable = /\bcreate(?:_if_not_exists)?[\s(]+table\(\s*[:"]?(\w+)/;
const index = /\b(create|drop)(?:_if_(?:not_)?exists)?[\s(]+(?:unique_)?index\(\s*[:"]?(\w+)/;
const constraint = /\bcreate[\s(]+constraint\(\s*[:"]?(\w+)/;

/** Locks that Ecto's own words take: an index without `concurrently: true`, a constraint without `validate: false`. */
export function ectoDeeds(lines: readonly string[], at: number): Deed[] {
  const line = lines[at] ?? "";
  const call = lines.slice(at, at + callLinesMax).join(" ");
  const isNew = (table: string) => lines.some((l) => newTable.exec(l)?.[1] === table);
  const [, does, indexed] = index.exec(line) ?? [];
  if (indexed !== undefined && !isNew(indexed) && !/^[^)]*concurrently:\s*true/.test(call.slice(line.search(index))))
    return [deed("lock-index", `${does === "drop" ? "drops" : "builds"} an index on ${indexed} without concurrently`)];
  const [, constrained] = constraint.exec(line) ?? [];
  if (constrained !== undefined && !isNew(constrained) && !/validate:\s*false/.test(call))
    return [deed("check-constraint", `adds a constraint to ${constrained} and checks every row`)];
  return [];
}
