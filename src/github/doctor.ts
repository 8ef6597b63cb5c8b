import { Octokit } from "@octokit/rest";
import { Probot } from "probot";
import { pino } from "pino";
import { z } from "zod";
import { filesWanted, isWorkflow, workflowFolder } from "../core/doctor/doctor.js";
import type { DoctorFacts, InstallationFacts, RuleFacts, SeenCheck } from "../core/doctor/problem.js";
import { faultWords } from "../core/model/fault.js";
import { groupBranch, stagingBranch } from "../core/line/planning.js";
import { absent, read, unreadable, type Read } from "../core/model/read.js";
import { octokitClass } from "./app.js";
import type { Access } from "./credentials.js";
import { faultOf, hasStatus } from "./fault.js";
import { classicRules, rulesetRules, type RulesetBypass } from "./protection.js";

const pageSize = 100;

interface Asking {
  readonly octokit: Octokit;
  readonly at: { readonly owner: string; readonly repo: string };
  /** The app's slug; null when a person's token asks. */
  readonly slug: string | null;
}

/**
 * What GitHub knows of a repository that the queue depends on. @throws when the repository itself can't be read;
 * everything else that can't is `unreadable`.
 */
export async function readForDoctor(
  access: Access,
  of: { owner: string; repo: string; base: string | undefined },
): Promise<Omit<DoctorFacts, "manifest" | "extended">> {
  const at = { owner: of.owner, repo: of.repo };
  const { octokit, slug, installation } = await open(access, at);
  const asking = { octokit, at, slug };
  const base = of.base ?? (await octokit.request("GET /repos/{owner}/{repo}", at)).data.default_branch;
  const [files, rules, groupRules, stagingRules, seenChecks] = await Promise.all([
    filesAt(base, asking),
    rulesOf(base, asking),
    rulesOf(groupBranch(base, 0), asking),
    rulesOf(stagingBranch(base, 0), asking),
    seenOn(base, asking),
  ]);
  const classic = await classicOf(base, asking);
  const baseRules =
    rules.state === "read" && classic.state === "read" ? read([...rules.value, ...classic.value]) : rules;
  return { base, files, installation, baseRules, groupRules, stagingRules, seenChecks };
}

async function open(
  access: Access,
  at: Asking["at"],
): Promise<{ octokit: Octokit; slug: string | null; installation: Read<InstallationFacts> }> {
  const root = access.baseUrl === undefined ? {} : { baseUrl: access.baseUrl };
  if (access.as === "token")
    return { octokit: new Octokit({ auth: access.token, ...root }), slug: null, installation: absent };
  const log = pino({ level: "silent" });
  const { appId, privateKey } = access;
  const probot = new Probot({ appId, privateKey, log, Octokit: octokitClass(false), ...root });
  const asApp = (await probot.auth()) as unknown as Octokit;
  const { data } = await asApp.request("GET /repos/{owner}/{repo}/installation", at);
  const octokit = (await probot.auth(data.id)) as unknown as Octokit;
  const permissions = z.record(z.string(), z.string()).parse(data.permissions);
  const suspended = data.suspended_at ? "suspended" : "active";
  return { octokit, slug: data.app_slug, installation: read({ permissions, events: data.events, suspended }) };
}

async function filesAt(base: string, asking: Asking): Promise<Record<string, string>> {
  const listed = z.array(z.looseObject({ path: z.string() }));
  const folder = await contents(workflowFolder, { ...asking, base });
  const workflows = folder === null ? [] : listed.parse(folder).map((f) => f.path);
  const texts = await Promise.all(
    [...workflows.filter(isWorkflow), ...filesWanted].map(async (path) => {
      const file = z
        .looseObject({ encoding: z.literal("base64"), content: z.string() })
        .safeParse(await contents(path, { ...asking, base }));
      return file.success ? [[path, Buffer.from(file.data.content, "base64").toString("utf8")] as const] : [];
    }),
  );
  return Object.fromEntries(texts.flat());
}

async function contents(path: string, { octokit, at, base }: Asking & { base: string }): Promise<unknown> {
  try {
    return (await octokit.request("GET /repos/{owner}/{repo}/contents/{path}", { ...at, path, ref: base })).data;
  } catch (error) {
    if (hasStatus(error, 404)) return null;
    throw error;
  }
}

async function rulesOf(branch: string, { octokit, at, slug }: Asking): Promise<Read<readonly RuleFacts[]>> {
  return await readable(async () => {
    const parameters = { ...at, branch, per_page: pageSize };
    const { data } = await octokit.request("GET /repos/{owner}/{repo}/rules/branches/{branch}", parameters);
    const ids = [...new Set((data as ReadonlyArray<{ ruleset_id?: number }>).flatMap((r) => r.ruleset_id ?? []))];
    const bypasses = await Promise.all(
      ids.map(async (id) => [id, slug === null ? "unknown" : await bypassOf(id, { octokit, at })] as const),
    );
    return rulesetRules(data, new Map(bypasses));
  });
}

/** GitHub says it to the app in its own name; an older GitHub Enterprise doesn't. */
async function bypassOf(id: number, { octokit, at }: Pick<Asking, "octokit" | "at">): Promise<RulesetBypass> {
  try {
    const parameters = { ...at, ruleset_id: id, includes_parents: true };
    const { data } = await octokit.request("GET /repos/{owner}/{repo}/rulesets/{ruleset_id}", parameters);
    const said = z.looseObject({ current_user_can_bypass: z.string() }).safeParse(data);
    if (!said.success) return "unknown";
    return ["always", "exempt"].includes(said.data.current_user_can_bypass) ? "yes" : "no";
  } catch (error) {
    if (faultOf(error, 0)) return "unknown";
    throw error;
  }
}

/** Branch protection of the older kind; a person's token may not be allowed to see it. */
async function classicOf(branch: string, { octokit, at, slug }: Asking): Promise<Read<readonly RuleFacts[]>> {
  try {
    const path = "GET /repos/{owner}/{repo}/branches/{branch}/protection";
    return read(classicRules((await octokit.request(path, { ...at, branch })).data, slug));
  } catch (error) {
    if (hasStatus(error, 404) || hasStatus(error, 403)) return read([]);
    throw error;
  }
}

async function seenOn(base: string, { octokit, at }: Asking): Promise<SeenCheck[]> {
  const runs = await readable(async () => {
    const parameters = { ...at, ref: base, per_page: pageSize };
    const { data } = await octokit.request("GET /repos/{owner}/{repo}/commits/{ref}/check-runs", parameters);
    return data.check_runs.map((run): SeenCheck => ({ name: run.name, app: run.app?.slug ?? null }));
  });
  const statuses = await readable(async () => {
    const { data } = await octokit.request("GET /repos/{owner}/{repo}/commits/{ref}/status", { ...at, ref: base });
    return data.statuses.map((status): SeenCheck => ({ name: status.context, app: null }));
  });
  return [runs, statuses].flatMap((seen) => (seen.state === "read" ? seen.value : []));
}

async function readable<T>(call: () => Promise<T>): Promise<Read<T>> {
  try {
    return read(await call());
  } catch (error) {
    const fault = faultOf(error, 0);
    if (!fault) throw error;
    return unreadable(faultWords(fault));
  }
}
