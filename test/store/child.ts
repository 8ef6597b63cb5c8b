import { writeSync } from "node:fs";
import { openStore } from "../../src/store/open.js";
import { aDelivery } from "./records.js";
import { deliveryIn, quiet, receiveDelivery } from "./server.js";

/**
 * A process that opens the store in a folder and receives deliveries until it is killed, saying on stdout which ones
 * were stored. `serve FOLDER` receives; `hold FOLDER` only keeps it open; both stop cleanly on SIGTERM.
 */
const [mode = "hold", dataDir = ""] = process.argv.slice(2);

try {
  const opened = await openStore({ dataDir, log: quiet });
  let stopping = false;
  process.on("SIGTERM", () => {
    stopping = true;
  });
  say(`open ${process.pid}`);
  const reading = opened.startReading(deliveryIn);
  const jobs = await opened.startJobs({
    readHistory: () => Promise.resolve(),
    runQueue: () => Promise.resolve(),
    publish: () => Promise.resolve(),
    sweep: () => Promise.resolve(),
  });
  for (let i = 0; !stopping; i += 1) {
    if (mode === "serve") {
      const id = `${process.pid}-${i}`;
      await receiveDelivery(opened.store, aDelivery({ id }));
      say(`stored ${id}`);
    } else await new Promise((done) => setTimeout(done, 20));
  }
  await reading.stop();
  await jobs.stop();
  await opened.close();
  say("closed");
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

/** Written through before anything else happens, as a promise to the reader would be. */
function say(line: string): void {
  writeSync(1, `${line}\n`);
}
