// Builds once on a fresh clone; a checkout that is built already starts at once.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = new URL("../", import.meta.url);
if (!existsSync(new URL("dist/src/main.js", root))) {
  const { status } = spawnSync("npm", ["run", "--silent", "build"], {
    cwd: fileURLToPath(root),
    stdio: ["ignore", 2, 2],
  });
  if (status !== 0) process.exit(status ?? 1);
}
