#!/usr/bin/env node
import { existsSync } from "node:fs";

const entry = new URL("../dist/src/cli/main.js", import.meta.url);
if (!existsSync(entry)) {
  process.stderr.write("drumline: not built yet; run `npm install && npm run build` in the checkout\n");
  process.exit(2);
}
await import(entry.href);
