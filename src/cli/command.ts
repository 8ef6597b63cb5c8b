import type { Command } from "commander";
import { z } from "zod";
import { parseCommands } from "../core/command/parse.js";
import { serveLines, LineError } from "./lines.js";

const lineSchema = z.looseObject({ id: z.union([z.string(), z.number()]), body: z.string() });

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
        const parsed = lineSchema.safeParse(line);
        if (!parsed.success) throw new LineError("bad-line", z.prettifyError(parsed.error).replaceAll("\n", " "));
        return { id: parsed.data.id, ...parseCommands(parsed.data.body) };
      });
    });
}
