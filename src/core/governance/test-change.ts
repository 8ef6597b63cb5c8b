import type { CheckFacts, GivenCommand, PullFacts, RepoFacts } from "../facts/facts.js";
import type { Actor, ActorKind, Permission } from "../model/actor.js";
import type { FileChange } from "../model/change.js";
import type { Classification, Finding, Level, Risk } from "../model/classification.js";
import { prNumber, sha, type Instant, type Login } from "../model/ids.js";
import { absent, read, type Read } from "../model/read.js";
import type { Policy } from "../policy/policy.js";
import type { RawChange } from "../policy/schema-tests.js";
import { teamsNamed } from "../policy/teams.js";
import type { GovernInput } from "./judged.js";
import type { Standing } from "./standing.js";

const head = sha("1".repeat(40));
const digest = "the change as it stands";

/** A test's change as everything that governing it looks at. */
export function inputOf(change: RawChange, { policy, now }: { policy: Policy; now: Instant }): GovernInput {
  const author = authorOf(change.author);
  const at = instantOf(change.now) ?? now;
  return {
    repo: repoOf(change, { policy, author }),
    pull: pullOf(change, { author, at }),
    classification: classificationOf(change),
    risk: riskOf(change.risk, policy),
    policy,
    standing: standingOf(change, at),
    ...(change.station && { station: change.station }),
    ...(change.autonomy && { autonomy: change.autonomy }),
  };
}

function authorOf(written: string | undefined): Actor {
  const kinds: readonly ActorKind[] = ["human", "bot", "agent"];
  const kind = kinds.find((k) => k === written);
  if (kind) return { login: `some-${kind}`, kind };
  const login = bare(written ?? "some-human");
  return { login, kind: login.endsWith("[bot]") ? "bot" : "human" };
}

export function bare(login: string): Login {
  return login.replace(/^@/, "");
}

function repoOf(change: RawChange, { policy, author }: { policy: Policy; author: Actor }): RepoFacts {
  const people = [
    author.login,
    ...[change.approvals, change.rejections, change.commits_by].flatMap((list) => list ?? []),
    ...Object.values(change.teams ?? {}).flat(),
    ...Object.values(change.commands ?? {}),
    ...(change.labels && !Array.isArray(change.labels) ? Object.values(change.labels) : []),
    ...Object.values(change.owners ?? {})
      .flat()
      .filter((o) => !o.includes("/")),
  ].map((login) => bare(login).toLowerCase());
  const writes: Read<Permission> = read("write");
  const stated = Object.entries(change.people ?? {}).map(
    ([login, held]) => [bare(login).toLowerCase(), read(held)] as const,
  );
  const teams = Object.entries(change.teams ?? {}).map(
    ([team, logins]) => [bare(team), read(logins.map(bare))] as const,
  );
  const lines = Object.entries(change.owners ?? {}).map(([pattern, owners]) => `${pattern} ${owners.join(" ")}`);
  return {
    name: "owner/repository",
    base: change.base ?? "main",
    baseSha: sha("0".repeat(40)),
    policy: read({ path: policy.path, text: "", digest: "" }),
    lastGoodPolicy: null,
    extended: {},
    codeowners: change.owners ? read({ path: "CODEOWNERS", text: lines.join("\n") }) : absent,
    teams: Object.fromEntries([
      ...teamsNamed(policy).map((team) => [team, read<readonly Login[]>([])] as const),
      ...teams,
    ]),
    permissions: Object.fromEntries([...people.map((login) => [login, writes] as const), ...stated]),
    requiredChecks: read([]),
  };
}

function pullOf(change: RawChange, { author, at }: { author: Actor; at: Instant }): PullFacts {
  const verified = change.signed ?? true;
  const reviews = [
    ...(change.approvals ?? []).map((by) => ({ by, state: "approved" as const })),
    ...(change.rejections ?? []).map((by) => ({ by, state: "changes-requested" as const })),
  ];
  return {
    number: prNumber(1),
    state: "open",
    title: change.title ?? "A change",
    body: change.body ?? "",
    draft: false,
    author,
    baseRef: change.base ?? "main",
    headRef: change.head ?? "topic",
    headSha: head,
    headRepo: "owner/repository",
    fork: change.fork ?? false,
    ...labelsOf(change.labels),
    deployedTo: read(change.deployments ?? []),
    createdAt: at - (change.opened ?? 0) * 86_400_000,
    updatedAt: at,
    files: read(filesOf(change)),
    diffDigest: digest,
    commits: read(
      [author.login, ...(change.commits_by ?? []).map(bare)].map((login) => ({
        sha: head,
        author: login,
        committer: login,
        coAuthors: [],
        verified,
        message: change.title ?? "A change",
      })),
    ),
    heads: [{ sha: head, at, diffDigest: digest }],
    reviews: read(
      reviews.map(({ by, state }, id) => ({ id, by: bare(by), state, headSha: head, diffDigest: digest, at })),
    ),
    checks: read(Object.entries(change.checks ?? {}).map(checkOf)),
    commands: Object.entries(change.commands ?? {}).map((given, i) => commandOf(given, { i, at })),
  };
}

function labelsOf(labels: RawChange["labels"]): Pick<PullFacts, "labels" | "labelledBy"> {
  if (labels === undefined || Array.isArray(labels)) return { labels: labels ?? [], labelledBy: read({}) };
  const setBy = Object.entries(labels).map(([label, login]) => [label, bare(login)] as const);
  return { labels: Object.keys(labels), labelledBy: read(Object.fromEntries(setBy)) };
}

/** `build`, or `build by github-actions` for one that an app set. */
function checkOf([written, state]: [string, "passed" | "failed" | "running"]): CheckFacts {
  const [name = written, app = null] = written.split(/ by (?=[a-z0-9-]+$)/);
  const conclusion = { passed: "success", failed: "failure", running: null } as const;
  return {
    name,
    app,
    kind: "check",
    conclusion: conclusion[state],
    url: null,
    startedAt: null,
    completedAt: null,
  };
}

function commandOf([name, by]: [string, string], { i, at }: { i: number; at: Instant }): GivenCommand {
  return { commentId: i + 1, index: 0, by: authorOf(by), at, command: { name, args: [] } };
}

const statuses = ["added", "modified", "removed", "renamed", "copied", "changed"] as const;

function filesOf({ files, lines }: RawChange): readonly FileChange[] {
  const entries =
    files === undefined || Array.isArray(files)
      ? (files ?? ["src/example.txt"]).map((f) => [f, ""] as const)
      : Object.entries(files);
  return entries.map(([path, written], i): FileChange => {
    const status = statuses.find((s) => s === written);
    const changed = status ? [] : written.split("\n").filter((line) => /^[+-]/.test(line));
    const added = changed.filter((line) => line.startsWith("+")).length;
    const counted = changed.length > 0 ? { added, deleted: changed.length - added } : { added: 1, deleted: 0 };
    const header = `@@ -1,${changed.length - added} +1,${added} @@`;
    return {
      path,
      status: status ?? "modified",
      ...(lines === undefined ? counted : { added: i === 0 ? lines : 0, deleted: 0 }),
      patch: { state: "text", text: changed.length > 0 ? [header, ...changed].join("\n") : "" },
    };
  });
}

function classificationOf({ reversibility = "reversible", findings, hazard }: RawChange): Classification {
  const found = (findings ?? (hazard ? ["test/hazard"] : [])).map((detector): Finding => ({
    detector,
    path: "src/example.txt",
    reversibility,
    ...(hazard && { hazard }),
    why: "The test says so.",
    remedy: "",
    source: "test",
  }));
  return { reversibility, findings: found };
}

function riskOf(written: RawChange["risk"], { risk }: Policy): Risk {
  const score = typeof written === "number" ? written : written === undefined || written === "low" ? 0 : risk[written];
  const level: Level =
    score >= risk.critical ? "critical" : score >= risk.high ? "high" : score >= risk.medium ? "medium" : "low";
  return { score, level, why: [] };
}

function standingOf({ commands = {} }: RawChange, at: Instant): Standing {
  const by = (name: string) => (Object.hasOwn(commands, name) ? bare(commands[name] ?? "") : null);
  const [queue, hold, refuse, override, human] = ["queue", "hold", "refuse", "override", "human"].map(by);
  return {
    ...(queue && { queue: { wanted: "in" as const, by: queue, at, hotfix: false } }),
    ...(hold && { hold: { by: hold, at } }),
    ...(refuse && { refusal: { by: refuse, reason: "the test says so", at } }),
    ...(override && { override: { by: override, reason: "the test says so", at, headSha: head } }),
    ...(human && { personAskedFor: { by: authorOf(human), at } }),
  };
}

/** `2026-11-20T10:00:00Z`, seconds and zone optional (UTC), in milliseconds; null when it is none. */
export function instantOf(text: string | undefined): Instant | null {
  const match = /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2}))?Z?)?$/.exec(text ?? "");
  if (!match) return null;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = match.slice(1).map((n) => Number(n ?? 0));
  return (daysSinceEpoch(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second) * 1000;
}

/** Days from 1970-01-01 in the proleptic Gregorian calendar (Hinnant, "chrono-compatible low-level date algorithms"). */
function daysSinceEpoch(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}
