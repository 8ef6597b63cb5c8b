import type { Login } from "./ids.js";

/** human: a person. bot: a machine account with a fixed job (updates, releases). agent: a machine that writes code. */
export type ActorKind = "human" | "bot" | "agent";

export interface Actor {
  readonly login: Login;
  readonly kind: ActorKind;
}

/** What a collaborator may do, lowest first; `none` is an outsider. */
export const permissions = ["none", "read", "triage", "write", "maintain", "admin"] as const;
export type Permission = (typeof permissions)[number];

export function isPermission(word: string): word is Permission {
  return (permissions as readonly string[]).includes(word);
}

export function atLeast(held: Permission, needed: Permission): boolean {
  return permissions.indexOf(held) >= permissions.indexOf(needed);
}
