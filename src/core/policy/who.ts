import { permissions, type ActorKind, type Permission } from "../model/actor.js";
import type { Who } from "./policy.js";

const kinds: readonly ActorKind[] = ["human", "bot", "agent"];
/** Words for people, beside `@login` and `@org/team`. */
export const whoWords: readonly string[] = [
  ...permissions.filter((p) => p !== "none"),
  ...kinds,
  "outsider",
  "owners",
  "author",
];

/** `@login`, `@org/team`, a permission, a kind of author, `outsider`, `owners`, `author`; null when it is none. */
export function parseWho(text: string): Who | null {
  const team = /^@([A-Za-z0-9][A-Za-z0-9-]*)\/([A-Za-z0-9._-]+)$/.exec(text);
  if (team) return { is: "team", team: `${team[1]}/${team[2]}` };
  const login = /^@([A-Za-z0-9][A-Za-z0-9_-]*(?:\[bot\])?)$/.exec(text);
  if (login) return { is: "login", login: login[1] ?? "" };
  if (text === "outsider" || text === "owners" || text === "author") return { is: text };
  const kind = kinds.find((k) => k === text);
  if (kind) return { is: "kind", kind };
  const permission = permissions.find((p): p is Permission => p === text && p !== "none");
  return permission ? { is: "permission", permission } : null;
}

export function whoText(who: Who): string {
  switch (who.is) {
    case "login":
      return `@${who.login}`;
    case "team":
      return `@${who.team}`;
    case "permission":
      return who.permission;
    case "kind":
      return who.kind;
    case "outsider":
    case "owners":
    case "author":
      return who.is;
  }
}
