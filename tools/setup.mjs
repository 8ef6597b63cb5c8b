// So that `npm test` and `npm run demo` work on a fresh clone: installs what the lock file names.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = new URL("../", import.meta.url);
const installed = new URL("node_modules/.package-lock.json", root);

if (!existsSync(installed)) {
  process.stderr.write("Installing packages (npm ci), about a minute the first time...\n");
  const { status } = spawnSync("npm", ["ci", "--no-audit", "--no-fund"], {
    cwd: fileURLToPath(root),
    stdio: ["ignore", 2, 2],
  });
  if (status !== 0) process.exit(status ?? 1);
}
