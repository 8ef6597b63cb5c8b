import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

/** The demo's small repository, as it lies in `fixtures/harbour`, by path. */
export function fixtureFiles(): Record<string, string> {
  const folder = findFixture();
  const files: Record<string, string> = {};
  const visit = (dir: string): void => {
    for (const entry of readdirSync(dir, { withFileTypes: true })) {
      const path = join(dir, entry.name);
      if (entry.isDirectory()) visit(path);
      else files[relative(folder, path)] = readFileSync(path, "utf8");
    }
  };
  visit(folder);
  return files;
}

/** Beside `package.json`, whether this runs from the build or from the sources. */
function findFixture(): string {
  for (const up of ["../../..", "../../../.."]) {
    const folder = join(import.meta.dirname, up, "fixtures", "harbour");
    if (existsSync(folder)) return folder;
  }
  throw new Error("fixtures/harbour is missing from this checkout");
}
