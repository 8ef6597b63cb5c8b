import type { Command } from "commander";
import { parseCommands } from "../core/command/parse.js";
import { serveLines, LineError } from "./lines.js";

/** `drumline command --jsonl`: which commands a comment holds. */
export function register(program: Command): void {
  program
    .command("command")
    .description("Read the commands in comments, as the app reads them.")
    .requiredOption(
      "--jsonl",
      'lines in: {"id","body"}; lines out: {"id","commands":[{"name","args"}],"errors":[{"line","message"}]}',
    )
    .action(async () => {
      await serveLines((line) => {
        const { id, body } = line;
        if (typeof body !== "string") throw new LineError("bad-request", '"body" must be a text');
        return { id, ...parseCommands(body) };
      });
    });
}
