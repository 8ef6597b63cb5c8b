// `npm run demo` on a fresh clone: installs, builds, plays. Only the demo itself may write to stdout.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const cwd = fileURLToPath(new URL("../", import.meta.url));
for (const step of [
  ["node", "tools/setup.mjs"],
  ["npm", "run", "--silent", "build"],
]) {
  const [command, ...args] = step;
  const { status } = spawnSync(command, args, { cwd, stdio: ["ignore", 2, 2] });
  if (status !== 0) process.exit(status ?? 1);
}
process.argv.splice(2, 0, "demo");
await import("../dist/src/cli/main.js");
