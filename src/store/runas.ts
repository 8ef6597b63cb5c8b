import { execFileSync, spawnSync } from "node:child_process";

/**
 * PostgreSQL refuses to run as root. A command for it is prefixed with `before` and started with `ids`; files it must
 * own are given to `ids`.
 */
export interface RunAs {
  readonly ids: { readonly uid: number; readonly gid: number } | null;
  readonly before: readonly string[];
}

const account = "postgres";

/**
 * Who may run PostgreSQL over these paths: ourselves, or, when we are root, the account `postgres`, made if it is
 * missing. When that account cannot reach the paths (a checkout under /root), it is let through with one capability.
 * @throws Error when neither is possible.
 */
export function runAs(paths: readonly string[]): RunAs {
  if (process.getuid?.() !== 0) return { ids: null, before: [] };
  const ids = accountIds() ?? makeAccount();
  if (paths.every((path) => reaches(ids, path, []))) return { ids, before: [] };
  const { uid, gid } = ids;
  const caps = "+dac_override";
  const before = [
    "setpriv",
    `--reuid=${uid}`,
    `--regid=${gid}`,
    "--clear-groups",
    `--inh-caps=${caps}`,
    `--ambient-caps=${caps}`,
  ];
  if (paths.every((path) => reaches(null, path, before))) return { ids, before };
  throw new Error(
    `running as root, PostgreSQL has to run as the account ${account}, which cannot reach ${paths.join(" or ")}; ` +
      "run as another user, move the folder, or set DATABASE_URL",
  );
}

function accountIds(): { uid: number; gid: number } | null {
  try {
    const id = (flag: string) => Number(execFileSync("id", [flag, account], { encoding: "utf8", stdio: "pipe" }));
    return { uid: id("-u"), gid: id("-g") };
  } catch {
    return null;
  }
}

function makeAccount(): { uid: number; gid: number } {
  const ways: readonly (readonly [string, ...string[]])[] = [
    ["useradd", "--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", account],
    ["adduser", "-S", "-D", "-H", account],
  ];
  for (const [command, ...args] of ways) spawnSync(command, args, { stdio: "ignore" });
  const ids = accountIds();
  if (ids === null)
    throw new Error(
      `running as root, PostgreSQL needs an account ${account}, which could not be made; set DATABASE_URL`,
    );
  return ids;
}

function reaches(ids: { uid: number; gid: number } | null, path: string, before: readonly string[]): boolean {
  const [command = "test", ...args] = [...before, "test", "-x", path];
  return spawnSync(command, args, { stdio: "ignore", ...(ids ?? {}) }).status === 0;
}
