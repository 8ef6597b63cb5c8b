import type { Command } from "commander";
import { orFail } from "./input.js";
import { recordNamed } from "./records.js";

/** `record`: a recorded decision with everything it was decided from, for `replay` and `explain` elsewhere. */
export function register(program: Command): void {
  program
    .command("record")
    .description("Print a recorded decision with all its facts, as JSON.")
    .argument("<which>", "OWNER/REPO#N for the last decision about a pull request, or a record's number")
    .addHelpText(
      "after",
      `
Reads DATABASE_URL, or the data folder that DRUMLINE_DATA names (default ./data), beside a running app or without.
Exit code: 0, 2 when there is no such record.`,
    )
    .action(async (which: string) => {
      await orFail("record", async () => {
        process.stdout.write(`${JSON.stringify(await recordNamed(which))}\n`);
      });
    });
}
