import { atLeast, type ActorKind, type Permission } from "../model/actor.js";
import { sameLogin, type Login } from "../model/ids.js";
import { read, type Read } from "../model/read.js";
import type { Truth } from "../model/verdict.js";
import { actorKind } from "../policy/actors.js";
import type { Who } from "../policy/policy.js";
import type { Judged } from "./judged.js";
import { allOwners } from "./owned.js";
import { anyOf, truthOf } from "./truth.js";

/** Is this person one of these? Never not applicable. */
export function isAnyOf(login: Login, who: readonly Who[], judged: Judged): Truth {
  const truth = anyOf(who.map((w) => isWho(login, w, judged)));
  return truth === "not-applicable" ? "false" : truth;
}

export function isWho(login: Login, who: Who, judged: Judged): Truth {
  switch (who.is) {
    case "login":
      return truthOf(sameLogin(login, who.login));
    case "author":
      return truthOf(sameLogin(login, judged.pull.author.login));
    case "kind":
      return truthOf(kindOf(login, judged) === who.kind);
    case "team":
      return inList(login, teamMembers(who.team, judged));
    case "permission":
      return holds(login, judged, (held) => atLeast(held, who.permission));
    case "outsider":
      return holds(login, judged, (held) => !atLeast(held, "write"));
    case "owners":
      return ownsTouched(login, judged);
  }
}

/** A policy's own lists come first; for the author the facts know; otherwise an app's account is a bot. */
export function kindOf(login: Login, { policy, pull }: Judged): ActorKind {
  const named = actorKind(policy.actors, login);
  return named === "human" && sameLogin(login, pull.author.login) ? pull.author.kind : named;
}

/** A team that nobody read is unreadable, not empty. */
export function teamMembers(team: string, { repo }: Judged): Read<readonly Login[]> {
  const key = Object.keys(repo.teams).find((name) => name.toLowerCase() === team.toLowerCase());
  return (key === undefined ? undefined : repo.teams[key]) ?? { state: "unreadable", why: `@${team} was not read` };
}

/** Asked for one by one, or from the list of those who may write. */
export function permissionOf(login: Login, { repo }: Judged): Read<Permission> {
  const asked = repo.permissions[login.toLowerCase()];
  if (asked) return asked;
  const held = repo.writers?.state === "read" ? byLowerCase(repo.writers.value).get(login.toLowerCase()) : undefined;
  return held ? read(held) : { state: "unreadable", why: `@${login}'s permission was not read` };
}

type Held = Readonly<Record<Login, Permission>>;
/** Asked for every candidate of every need: kept for as long as the list is. */
const keptWriters = new WeakMap<Held, ReadonlyMap<string, Permission>>();

function byLowerCase(writers: Held): ReadonlyMap<string, Permission> {
  const known =
    keptWriters.get(writers) ?? new Map(Object.entries(writers).map(([l, held]) => [l.toLowerCase(), held]));
  keptWriters.set(writers, known);
  return known;
}

function inList(login: Login, list: Read<readonly Login[]>): Truth {
  if (list.state === "unreadable") return "unknown";
  return truthOf(list.state === "read" && list.value.some((member) => sameLogin(member, login)));
}

function holds(login: Login, judged: Judged, test: (held: Permission) => boolean): Truth {
  const held = permissionOf(login, judged);
  if (held.state === "unreadable") return "unknown";
  return truthOf(test(held.state === "read" ? held.value : "none"));
}

function ownsTouched(login: Login, judged: Judged): Truth {
  const owners = allOwners(judged);
  if (owners.state === "unreadable") return "unknown";
  return owners.state === "absent" ? "false" : isOwner(login, owners.value, judged);
}

/** Is this person one of these owners, as CODEOWNERS writes them? An e-mail address names nobody for certain. */
export function isOwner(login: Login, owners: readonly string[], judged: Judged): Truth {
  const truths = owners.map((owner): Truth => {
    if (!owner.startsWith("@")) return "unknown";
    const name = owner.slice(1);
    return name.includes("/") ? inList(login, teamMembers(name, judged)) : truthOf(sameLogin(login, name));
  });
  return truths.length === 0 ? "false" : anyOf(truths);
}
