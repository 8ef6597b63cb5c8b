/**
 * `npm run bench -- NAME [options]`. One literal map; each bench is a folder exporting `run(args)` that prints its
 * figures on stdout and its progress on stderr.
 */
const benches: Readonly<Record<string, () => Promise<{ run: (args: readonly string[]) => Promise<void> | void }>>> = {
  classify: async () => await import("./classify/main.js"),
  plan: async () => await import("./queue/plan.js"),
  flow: async () => await import("./flow/flow.js"),
  line: async () => await import("./line/main.js"),
  queue: async () => await import("./queue/queue.js"),
  risk: async () => await import("./risk/main.js"),
  "risk-train": async () => await import("./risk/train.js"),
};

async function main(argv: readonly string[]): Promise<void> {
  const [name, ...args] = argv;
  const load = name === undefined ? undefined : benches[name];
  if (!load) {
    process.stderr.write(`usage: npm run bench -- ${Object.keys(benches).sort().join("|")} [options]\n`);
    process.exitCode = 2;
    return;
  }
  const bench = await load();
  try {
    await bench.run(args);
  } catch (error) {
    if (!(error instanceof TypeError && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS")))
      throw error;
    process.stderr.write(`bench ${name}: ${error.message}\n`);
    process.exitCode = 2;
  }
}

await main(process.argv.slice(2));
