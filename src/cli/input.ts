/** Wrong use or unreadable input: one line that says what and where. */
export class InputError extends Error {
  override readonly name = "InputError";
}

/** Runs a command's work; wrong input ends it with exit code 2 and one line. */
export async function orFail(command: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    process.stderr.write(`drumline ${command}: ${error.message}\n`);
    process.exitCode = 2;
  }
}
