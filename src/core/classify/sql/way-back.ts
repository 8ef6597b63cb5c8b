/** Which lines of a migration are only run to go back. */
export interface WaysBack {
  /** Whether a line (from 1) belongs to the way back. */
  readonly isBack: (line: number) => boolean;
  /** The file has both directions, and nothing but comments in its way back. */
  readonly empty: boolean;
}

/** Marks of goose, sql-migrate, dbmate, Play, node-pg-migrate, MyBatis and Liquibase's formatted SQL. */
const down =
  /^\s*(?:--|#|\/\*)\s*(?:\+goose\s+down|\+migrate\s+down|migrate:down|-*\s*!downs|down\b(?:\s*migration)?|@?undo\b|rollback\b|\+micrate\s+down)|^\s*--\s*\/\/@UNDO/i;
const up =
  /^\s*(?:--|#|\/\*)\s*(?:\+goose\s+up|\+migrate\s+up|migrate:up|-*\s*!ups|up\b(?:\s*migration)?\s*$|changeset\s|\+micrate\s+up)/i;

export function waysBack(text: string): WaysBack {
  const back: boolean[] = [];
  let inBack = false;
  let sawBack = false;
  let code = false;
  for (const line of text.split("\n")) {
    if (down.test(line)) inBack = sawBack = true;
    else if (up.test(line)) inBack = false;
    back.push(inBack);
    if (inBack && !/^\s*(?:--|#|$)/.test(line) && !/^\s*select\s+1\s*;?\s*$/i.test(line)) code = true;
    if (/^\s*--\s*rollback\s+\S/i.test(line)) code = true;
  }
  return { isBack: (line) => back[line - 1] === true, empty: sawBack && !code };
}
