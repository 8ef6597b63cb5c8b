import type { PullFacts, RepoFacts } from "../core/facts/facts.js";
import { contributors } from "../core/governance/contributors.js";
import { allOwners } from "../core/governance/owned.js";
import { unnamedAsks } from "../core/line/unnamed.js";
import type { Decision } from "../core/line/decision.js";
import type { Facts } from "../core/facts/facts.js";
import type { Permission } from "../core/model/actor.js";
import type { Login } from "../core/model/ids.js";
import type { Read } from "../core/model/read.js";
import type { Policy } from "../core/policy/policy.js";
import type { PolicyReads } from "../core/policy/reads.js";
import { teamsNamed } from "../core/policy/teams.js";
import { eachLimited } from "./each.js";
import type { GitHubReader } from "./ports.js";

type Bare = Omit<RepoFacts, "teams" | "permissions">;

/** Teams' members and people's permissions, as far as the judgment of these pull requests hangs on them. */
export async function peopleFacts(
  reader: GitHubReader,
  { policy, wants, repo, pulls }: { policy: Policy; wants: PolicyReads; repo: Bare; pulls: readonly PullFacts[] },
): Promise<Pick<RepoFacts, "teams" | "permissions">> {
  const open = pulls.filter((p) => p.state === "open");
  const owning = wants.owners ? ownerTeams(repo, open) : [];
  const people = new Set(open.flatMap((pull) => peopleOf(pull, wants)).map((login) => login.toLowerCase()));
  return {
    teams: await teamFacts(reader, [...teamsNamed(policy), ...owning]),
    permissions: Object.fromEntries(
      await eachLimited([...people].sort(), async (login): Promise<[Login, Read<Permission>]> => [
        login,
        await reader.permission(login),
      ]),
    ),
  };
}

/** Those of whom a rule, a need or a command asks the permission: who judged, commanded, labelled, wrote. */
function peopleOf(pull: PullFacts, { permissionOf }: PolicyReads): Login[] {
  const reviews = pull.reviews.state === "read" ? pull.reviews.value : [];
  const wrote = permissionOf.contributors ? contributors(pull) : null;
  return [
    ...(permissionOf.author ? [pull.author.login] : []),
    ...(wrote?.state === "read" ? wrote.value.known : []),
    ...reviews.filter((r) => r.state === "approved" || r.state === "changes-requested").map((r) => r.by),
    ...pull.commands.map((c) => c.by.login),
    ...(pull.labelledBy?.state === "read" ? Object.values(pull.labelledBy.value) : []),
  ];
}

/**
 * The facts with everybody who may write, where somebody is asked for whom so far only a word (`write`) stands, and the
 * teams that own what those changes touch: whoever is asked has a name. Null: every ask has its people.
 */
export async function withNames(reader: GitHubReader, facts: Facts, decision: Decision): Promise<Facts | null> {
  const numbers = new Set(unnamedAsks(decision));
  if (numbers.size === 0) return null;
  const asking = facts.pulls.filter((p) => numbers.has(p.number));
  const unread = ownerTeams(facts.repo, asking).filter((team) => !Object.hasOwn(facts.repo.teams, team));
  const [writers, teams] = await Promise.all([reader.writers(), teamFacts(reader, unread)]);
  return { ...facts, repo: { ...facts.repo, writers, teams: { ...facts.repo.teams, ...teams } } };
}

/** `org/team` of the owners of what these touch. */
function ownerTeams(repo: Bare, pulls: readonly PullFacts[]): string[] {
  const bare: RepoFacts = { ...repo, teams: {}, permissions: {} };
  const owners = pulls.flatMap((pull) => {
    const owned = allOwners({ repo: bare, pull });
    return owned.state === "read" ? owned.value : [];
  });
  // An address names nobody who could be asked.
  return owners.filter((o) => o.startsWith("@") && o.includes("/")).map((o) => o.slice(1));
}

async function teamFacts(reader: GitHubReader, named: readonly string[]): Promise<RepoFacts["teams"]> {
  const teams = [...new Set(named)].sort();
  return Object.fromEntries(
    await eachLimited(teams, async (team): Promise<[string, Read<readonly Login[]>]> => [
      team,
      await reader.teamMembers(team),
    ]),
  );
}
