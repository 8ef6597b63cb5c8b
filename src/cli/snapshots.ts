import type { Command } from "commander";
import { LineError, serveLines } from "./lines.js";

/** A command over `--stdio` without memory: one snapshot a line in, what to do with it a line out. */
export interface SnapshotCommand {
  readonly name: string;
  readonly description: string;
  readonly help: string;
  /** What `answer` throws for a snapshot that says something wrong: answered as an error, the stream goes on. */
  readonly wrong: new (message: string) => Error;
  readonly answer: (line: Readonly<Record<string, unknown>>) => unknown;
}

export function registerSnapshots(program: Command, { name, description, help, wrong, answer }: SnapshotCommand): void {
  program
    .command(name)
    .description(description)
    .requiredOption("--stdio", "one snapshot (a JSON object) a line on stdin, one answer a line on stdout")
    .addHelpText("after", help)
    .action(async () => {
      await serveLines((line) => {
        try {
          return answer(line);
        } catch (error) {
          if (error instanceof wrong) throw new LineError("bad-snapshot", error.message);
          throw error;
        }
      });
    });
}
