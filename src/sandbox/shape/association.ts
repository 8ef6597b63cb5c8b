import type { Account, Repo } from "../state.js";
import { reaches, type ActorPermission } from "../permissions.js";

/** What a person holds on a repository: its owner everything, everybody may read what is public. */
export function permissionOf(repo: Repo, account: Account | null): ActorPermission {
  const floor: ActorPermission = repo.private ? "none" : "read";
  if (account === null) return floor;
  if (account.id === repo.owner.id) return "admin";
  return repo.collaborators.get(account.login.toLowerCase()) ?? floor;
}

export function association(repo: Repo, account: Account): string {
  if (account.id === repo.owner.id) return "OWNER";
  if (account.type === "Bot") return "NONE";
  if (!repo.collaborators.has(account.login.toLowerCase())) return "CONTRIBUTOR";
  return reaches(permissionOf(repo, account), "write") && repo.owner.type === "Organization"
    ? "MEMBER"
    : "COLLABORATOR";
}
