import { createHash } from "node:crypto";
import { parseCommands } from "../core/command/parse.js";
import type {
  Facts,
  GivenCommand,
  PolicyText,
  PullFacts,
  RecordedHead,
  RecordedReview,
  RepoFacts,
} from "../core/facts/facts.js";
import { policyDigest, policyInForce } from "../core/governance/in-force.js";
import { dependenciesNamed } from "../core/line/depends.js";
import { landingsOf } from "../core/line/groups.js";
import { checksThatCount } from "../core/line/rules.js";
import type { FileChange } from "../core/model/change.js";
import type { Instant, PrNumber, Sha } from "../core/model/ids.js";
import { absent, read, type Read } from "../core/model/read.js";
import { codeownersPaths } from "../core/policy/codeowners.js";
import { organisationPolicyPath } from "../core/policy/layers.js";
import { policyReads, type PolicyReads } from "../core/policy/reads.js";
import type { Landing, QueueState } from "../core/queue/state.js";
import { buildFacts } from "./builds.js";
import type { BusyElsewhere } from "./busy.js";
import type { Memory } from "./lessons.js";
import type { GitHubReader, Listed, Loaded, ReadReview, Witness } from "./ports.js";
import { eachLimited } from "./each.js";
import { peopleFacts } from "./people.js";
import { wantedFacts } from "./wanted.js";
import { extendedTexts } from "./extended.js";
import { proposedPolicy, type Rehearsal } from "./proposals.js";

export const policyPath = ".github/drumline.yml";
/** Open pull requests looked at in one run; more wait for the next ones to close. */
export const openPullsMax = 1_000;

/** The base cannot be read: nothing can be decided, and the run ends without a decision. */
export interface Unreadable {
  readonly state: "unreadable";
  readonly why: string;
}

/**
 * One snapshot of all that a run may know: what the store has and what GitHub says now. Everything is read once, so two
 * judgments of one run can't disagree about the state of the world.
 */
export async function gather(
  reader: GitHubReader,
  {
    loaded,
    memory,
    rehearsal,
    busyElsewhere,
    now,
  }: { loaded: Loaded; memory: Memory; rehearsal: Rehearsal; busyElsewhere: BusyElsewhere; now: Instant },
): Promise<Facts | Unreadable> {
  const { row, state } = loaded;
  const [baseSha, pulls] = await Promise.all([reader.branchSha(row.base), reader.openPulls()]);
  if (baseSha.state !== "read") return { state: "unreadable", why: `branch ${row.base}: ${whyNot(baseSha)}` };
  if (pulls.state !== "read") return { state: "unreadable", why: `pull requests: ${whyNot(pulls)}` };
  const stacks = [row.base, ...state.landed.map((l) => l.headRef)];
  const listed = concerned(pulls.value.slice(0, openPullsMax), stacks);
  const gone = await goneUnits(reader, { state, listed, named: listed.flatMap((p) => dependenciesNamed(p.body)) });
  const texts = await repoTexts(reader, { loaded, baseSha: baseSha.value });
  const law = policyInForce({ ...texts, teams: {}, permissions: {} });
  const wants = policyReads(law.policy);
  const told = await eachLimited(
    [...listed, ...gone],
    async (pull) => await pullFacts(reader, pull, { loaded, wants, now }),
  );
  const people = await peopleFacts(reader, { policy: law.policy, wants, repo: texts, pulls: told });
  const present = { policy: law.policy, digest: policyDigest(law) };
  const facts = await eachLimited(told, async (pull) => {
    const proposed = await proposedPolicy(reader, pull, { path: policyPath, digest: sha256 });
    if (!proposed) return { ...pull, ...(await organisationProposal(reader, pull, row.repo)) };
    const replay = await rehearsal(row.queue, { present, proposed: { ...proposed, replay: null } });
    return { ...pull, proposedPolicy: { ...proposed, replay } };
  });
  const builds = await buildFacts(reader, { state, rules: checksThatCount(law.policy, texts) });
  return {
    queue: row.queue,
    repo: { ...texts, ...people },
    pulls: facts.sort((a, b) => a.number - b.number),
    builds,
    outcomes: loaded.outcomes,
    ...(law.policy.queue.sharedSlots !== null && { slotsUsedElsewhere: await busyElsewhere(row) }),
    lessons: await memory.lessonsFor(row.queue, { pulls: facts, now }),
  };
}

/** What others extend is checked as a policy where it is kept; it governs nothing there, so nothing is replayed. */
async function organisationProposal(
  reader: GitHubReader,
  pull: PullFacts,
  repo: string,
): Promise<Pick<PullFacts, "proposedPolicy">> {
  if (!repo.endsWith("/.github")) return {};
  const proposed = await proposedPolicy(reader, pull, { path: organisationPolicyPath, digest: sha256 });
  return proposed ? { proposedPolicy: { ...proposed, replay: null } } : {};
}

function whyNot(found: Exclude<Read<unknown>, { state: "read" }>): string {
  return found.state === "absent" ? "not there" : found.why;
}

/** Those against the base, and those stacked on them through other pull requests' branches. */
function concerned(pulls: readonly Listed[], bases: readonly string[]): Listed[] {
  const branches = new Set(bases);
  const found = new Set<Listed>();
  for (let grew = true; grew;) {
    grew = false;
    for (const pull of pulls) {
      if (found.has(pull) || !branches.has(pull.baseRef)) continue;
      found.add(pull);
      branches.add(pull.headRef);
      grew = true;
    }
  }
  return [...found];
}

/** Pull requests that the queue still remembers, or that others depend on, and that are no longer open. */
async function goneUnits(
  reader: GitHubReader,
  { state, listed, named }: { state: QueueState; listed: readonly Listed[]; named: readonly PrNumber[] },
): Promise<Listed[]> {
  const open = new Set(listed.map((p) => p.number));
  const remembered = Object.values(state.units)
    .filter((u) => u.place.kind !== "landed" || !u.place.told)
    .map((u) => u.number);
  const missing = [...new Set([...remembered, ...named])].filter((n) => !open.has(n));
  const found = await eachLimited(missing, async (number) => await reader.pull(number));
  return found.flatMap((pull) => (pull.state === "read" ? [pull.value] : []));
}

async function repoTexts(
  reader: GitHubReader,
  { loaded, baseSha }: { loaded: Loaded; baseSha: Sha },
): Promise<Omit<RepoFacts, "teams" | "permissions">> {
  const landed = [...loaded.state.landed, ...(await justLanded(reader, loaded))];
  const at = governingSha(landed, baseSha);
  const [policy, codeowners, requiredChecks] = await Promise.all([
    reader.textAt(at, policyPath),
    firstText(reader, at),
    reader.requiredChecks(loaded.row.base),
  ]);
  const text: Read<PolicyText> =
    policy.state === "read" ? read({ path: policyPath, text: policy.value, digest: sha256(policy.value) }) : policy;
  const texts = [text.state === "read" ? text.value.text : "", loaded.lastGoodPolicy?.text ?? ""];
  return {
    name: loaded.row.repo,
    base: loaded.row.base,
    baseSha,
    policy: text,
    lastGoodPolicy: loaded.lastGoodPolicy,
    extended: await extendedTexts(reader, texts),
    codeowners,
    requiredChecks,
  };
}

/** What our landings that no decision has seen yet brought in: their files were read when they were judged. */
async function justLanded(reader: GitHubReader, { state, outcomes }: Loaded): Promise<Landing[]> {
  const landings: Landing[] = [];
  for (const outcome of outcomes) {
    if (outcome.kind !== "landed") continue;
    const members = state.groups.find((g) => g.id === outcome.group)?.members ?? [];
    const files = new Map(
      await eachLimited(members, async (m) => [m.number, await reader.files(m.number, m.headSha)] as const),
    );
    const before = { ...state, landed: [...state.landed, ...landings] };
    landings.push(...landingsOf(before, outcome, { filesOf: (m) => files.get(m.number) ?? absent, now: 0 }));
  }
  return landings;
}

/**
 * The oldest base commit since which only our own landings moved the base, none of which touched what governs: its
 * texts are the present ones, and are in the cache.
 */
function governingSha(landed: readonly Landing[], baseSha: Sha): Sha {
  const governs = (path: string) => path === policyPath || (codeownersPaths as readonly string[]).includes(path);
  let at = baseSha;
  for (const landing of [...landed].reverse()) {
    if (landing.sha !== at) continue;
    const together = landed.filter((l) => l.sha === at);
    if (together.some((l) => l.targets.length === 0 || l.targets.some(governs))) break;
    at = landing.from;
  }
  return at;
}

async function firstText(reader: GitHubReader, at: Sha): Promise<RepoFacts["codeowners"]> {
  for (const path of codeownersPaths) {
    const found = await reader.textAt(at, path);
    if (found.state === "read") return read({ path, text: found.value });
    if (found.state === "unreadable") return found;
  }
  return absent;
}

async function pullFacts(
  reader: GitHubReader,
  pull: Listed,
  { loaded, wants, now }: { loaded: Loaded; wants: PolicyReads; now: Instant },
): Promise<PullFacts> {
  // What has just landed is told once more, by the same facts.
  const open = pull.state === "open" || loaded.state.units[pull.number] !== undefined;
  const nothing = absent;
  const witnesses = loaded.witnesses.filter((w) => w.number === pull.number);
  const [files, commits, reviews, checks, wanted] = await Promise.all([
    reader.files(pull.number, pull.headSha),
    open ? reader.commits(pull.number, pull.headSha) : nothing,
    open ? reader.reviews(pull.number) : nothing,
    open ? reader.checks(pull.headSha) : nothing,
    open ? wantedFacts(reader, pull, { wants, witnesses }) : {},
  ]);
  const diffDigest = files.state === "read" ? digestOfDiff(files.value) : null;
  const remembered = loaded.state.units[pull.number]?.heads ?? [];
  const heads = recordedHeads(pull, { remembered, witnesses, diffDigest, now });
  return {
    number: pull.number,
    state: pull.state,
    title: pull.title,
    body: pull.body,
    draft: pull.draft,
    author: { login: pull.authorLogin, kind: pull.authorType === "Bot" ? "bot" : "human" },
    baseRef: pull.baseRef,
    headRef: pull.headRef,
    headSha: pull.headSha,
    headRepo: pull.headRepo,
    fork: pull.headRepo !== loaded.row.repo,
    labels: pull.labels,
    ...wanted,
    createdAt: pull.createdAt,
    updatedAt: pull.updatedAt,
    files,
    diffDigest,
    commits,
    heads,
    reviews: reviews.state === "read" ? read(reviews.value.map((r) => boundReview(r, { witnesses, heads }))) : reviews,
    checks,
    commands: givenCommands(witnesses),
  };
}

/**
 * Digest of the change itself, without line numbers and commit ids, after `git patch-id`: a rebase that leaves the diff
 * as it was leaves the digest as it was. Null when part of the diff could not be read.
 */
function digestOfDiff(files: readonly FileChange[]): string | null {
  if (files.some((f) => f.patch.state === "missing")) return null;
  const hash = createHash("sha256");
  for (const file of [...files].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    const patch = file.patch.state === "text" ? file.patch.text.replace(/^@@ .*? @@.*$/gm, "@@") : file.patch.state;
    hash.update(JSON.stringify([file.path, file.oldPath, file.status, patch]));
  }
  return hash.digest("hex");
}

function recordedHeads(
  pull: Listed,
  {
    remembered,
    witnesses,
    diffDigest,
    now,
  }: { remembered: readonly RecordedHead[]; witnesses: readonly Witness[]; diffDigest: string | null; now: Instant },
): RecordedHead[] {
  const known = new Map(remembered.map((h) => [h.sha, h]));
  for (const w of witnesses)
    if (w.kind === "head" && !known.has(w.sha)) known.set(w.sha, { sha: w.sha, at: w.at, diffDigest: null });
  const present = known.get(pull.headSha);
  known.delete(pull.headSha);
  return [
    ...[...known.values()].sort((x, y) => x.at - y.at),
    { sha: pull.headSha, at: present?.at ?? now, diffDigest },
  ];
}

/**
 * A review with the head that it was given for. What the webhook named when it came in counts, because GitHub may
 * re-point a review's commit after a force-push; without a webhook, what GitHub names counts only if that head was
 * there before the review was given.
 */
function boundReview(
  review: ReadReview,
  { witnesses, heads }: { witnesses: readonly Witness[]; heads: readonly RecordedHead[] },
): RecordedReview {
  const witness = witnesses.find((w) => w.kind === "review" && w.reviewId === review.id);
  const named = witness?.kind === "review" ? witness.headSha : review.commitSha;
  const head = heads.find((h) => h.sha === named && (witness !== undefined || h.at <= review.at + clockSkewMs));
  return {
    id: review.id,
    by: review.by,
    state: review.state,
    headSha: head?.sha ?? null,
    diffDigest: head?.diffDigest ?? null,
    at: review.at,
  };
}

/** GitHub's clock and ours may differ by this much. */
const clockSkewMs = 5_000;

/** Commands in comments that nobody edited since; our own and other apps' comments command nothing. */
function givenCommands(witnesses: readonly Witness[]): GivenCommand[] {
  const edited = new Set(witnesses.flatMap((w) => (w.kind === "comment-edited" ? [w.commentId] : [])));
  return witnesses.flatMap((w) => {
    if (w.kind !== "comment" || edited.has(w.commentId)) return [];
    const by = { login: w.by, kind: w.byType === "Bot" ? ("bot" as const) : ("human" as const) };
    return parseCommands(w.body).commands.map((command, index): GivenCommand => ({
      commentId: w.commentId,
      index,
      by,
      at: w.at,
      command,
    }));
  });
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
