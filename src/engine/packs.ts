import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { read, type Read } from "../core/model/read.js";

/** Where the shipped packs live, beside `dist`. */
const folder = join(import.meta.dirname, "../../../policies");

/** The shipped packs' texts by the name that `extends` uses, ready for `parsePolicy`. Read once a call, from disk. */
export function shippedPacks(): Readonly<Record<string, Read<string>>> {
  const files = readdirSync(folder).filter((file) => file.endsWith(".yml"));
  return Object.fromEntries(
    files.map((file) => [file.slice(0, -".yml".length), read(readFileSync(join(folder, file), "utf8"))]),
  );
}
