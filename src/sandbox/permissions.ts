/** What an app may do with one kind of thing; `admin` exists for a few only. */
export type Permission = "read" | "write" | "admin";
/** What a person may do with a repository, lowest first. */
export const actorPermissions = ["none", "read", "triage", "write", "maintain", "admin"] as const;
export type ActorPermission = (typeof actorPermissions)[number];

/** What an operation needs of its caller. */
export interface Needs {
  /** Of an installation: a permission's name and level, as GitHub's documentation lists it. */
  readonly app: readonly [name: string, level: Permission] | null;
  /** Of a person. */
  readonly person: ActorPermission;
}

export function permits(held: Permission | undefined, needed: Permission): boolean {
  const order: readonly Permission[] = ["read", "write", "admin"];
  return held !== undefined && order.indexOf(held) >= order.indexOf(needed);
}

export function reaches(held: ActorPermission, needed: ActorPermission): boolean {
  return actorPermissions.indexOf(held) >= actorPermissions.indexOf(needed);
}
