import { Command } from "commander";

/**
 * One literal map: a command's file is loaded only when it is called, so that `plan --stdio` starts without the
 * parsers and `classify` without the store. Each file exports `register(program)`.
 */
const commands: Readonly<Record<string, () => Promise<{ register: (program: Command) => void }>>> = {
  plan: async () => await import("./plan.js"),
  simulate: async () => await import("./simulate.js"),
  classify: async () => await import("./classify.js"),
  owners: async () => await import("./owners.js"),
  command: async () => await import("./command.js"),
  score: async () => await import("./score.js"),
  backtest: async () => await import("./backtest.js"),
  demo: async () => await import("./demo.js"),
  sandbox: async () => await import("./sandbox.js"),
  constraint: async () => await import("./constraint.js"),
  check: async () => await import("./check.js"),
  pace: async () => await import("./pace.js"),
  explain: async () => await import("./explain.js"),
  replay: async () => await import("./replay.js"),
  record: async () => await import("./record.js"),
  doctor: async () => await import("./doctor.js"),
  report: async () => await import("./report.js"),
};

/**
 * Exit codes: 0 done, 1 the answer is no, 2 wrong use or unreadable input.
 */
export async function main(argv: readonly string[]): Promise<void> {
  // Colours are for a terminal: what is piped into a file or read by a program stays plain, in CI too.
  if (!process.stdout.isTTY && process.env["FORCE_COLOR"] === undefined) process.env["NO_COLOR"] = "1";
  const program = new Command("drumline")
    .description("A merge queue and review governor: classify, decide, order, land what was tested.")
    .version("0.1.0")
    .configureOutput({ writeErr: (text) => process.stderr.write(text) })
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));
  const wanted = argv[2];
  const names = wanted !== undefined && wanted in commands ? [wanted] : Object.keys(commands);
  for (const name of names) {
    const load = commands[name];
    if (load) (await load()).register(program);
  }
  await program.parseAsync([...argv]);
}

await main(process.argv);
