import type { Reversibility } from "../../model/classification.js";

/**
 * What a migration does to a database, said once for every way to write it: SQL of any dialect, Rails, Django,
 * Alembic, Knex and the like are read into these, and each detector judges one or a few kinds.
 */
export type OperationKind =
  | "drop-table"
  | "drop-column"
  | "drop-database"
  | "drop-cascade"
  | "drop-partition"
  | "truncate"
  | "change-rows"
  | "fill-new-column"
  | "change-type"
  | "narrow-type"
  | "rename"
  | "recreate-table"
  | "set-not-null"
  | "require-column"
  | "drop-not-null"
  | "check-constraint"
  | "lock-index"
  | "wide-index"
  | "rewrite-table"
  | "volatile-default"
  | "json-column"
  | "enum-value"
  | "detach-partition"
  | "wrong-transaction"
  | "opaque"
  | "no-way-back";

export interface Operation {
  readonly kind: OperationKind;
  /** Lines of the text it was read from, from 1. */
  readonly line: number;
  readonly endLine: number;
  /** Set where this one is less or more than its kind. */
  readonly reversibility?: Reversibility;
  /** What it does to what, in a few words: `drops the table users`. */
  readonly what: string;
}

/** What the statements read so far have made, so that the next ones are judged by it. */
export interface Scope {
  /** Tables made in this change: empty and unused, so nothing that happens to them can hurt. */
  readonly tables: Set<string>;
  /** `table.column` added in this change. */
  readonly columns: Set<string>;
  /** Names that tables made in this change were given. */
  readonly renamedTo: Set<string>;
  /** Names of checks that a column is not null, by `table.column`. */
  readonly notNullChecks: Map<string, string>;
  /** `table.constraint` that were checked against the rows. */
  readonly validated: Set<string>;
  /** `table.constraint` made NOT VALID in the transaction that is open. */
  readonly unchecked: Set<string>;
  transaction: boolean;
}

export function newScope(): Scope {
  return {
    tables: new Set(),
    columns: new Set(),
    renamedTo: new Set(),
    notNullChecks: new Map(),
    validated: new Set(),
    unchecked: new Set(),
    transaction: false,
  };
}

/** An operation without its place: the reader of the statement knows that. */
export interface Deed {
  readonly kind: OperationKind;
  readonly what: string;
  /** A name to look for, so that the finding points at its line of a longer statement. */
  readonly name?: string;
}

export function deed(kind: OperationKind, what: string, name?: string): Deed {
  return { kind, what, ...(name !== undefined && { name }) };
}
