/** One command as written; `name` is lower case and need not be one that exists. */
export interface Command {
  readonly name: string;
  readonly args: readonly string[];
}

export interface CommandError {
  /** Line in the comment, from 1. */
  readonly line: number;
  readonly message: string;
}
