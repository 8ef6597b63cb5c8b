/**
 * Classes of SQLSTATE that are the fault of what was to be stored, and will be at the next attempt: data exceptions,
 * broken constraints, limits of a value's size.
 */
const classesOfRow = new Set(["21", "22", "23", "54"]);

/** Whether it is the row itself, to PostgreSQL or to us; else it is the server, the connection, another transaction. */
export function isFaultOfRow(error: unknown): boolean {
  if (error instanceof TypeError || error instanceof RangeError) return true;
  const code = error instanceof Error && "code" in error ? error.code : null;
  return typeof code === "string" && code.length === 5 && classesOfRow.has(code.slice(0, 2));
}
