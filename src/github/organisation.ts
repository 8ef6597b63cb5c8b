import { Octokit } from "@octokit/rest";
import { z } from "zod";
import { faultWords } from "../core/model/fault.js";
import { absent, read, unreadable, type Read } from "../core/model/read.js";
import { organisationPolicyPath } from "../core/policy/layers.js";
import { baseUrl } from "./credentials.js";
import { faultOf } from "./fault.js";

const environment = z.object({
  GITHUB_TOKEN: z.string().min(1),
  /** Set in GitHub's own workflows. */
  GITHUB_API_URL: z.url().optional(),
  GHE_HOST: z.string().optional(),
  GHE_PROTOCOL: z.enum(["http", "https"]).default("https"),
});

/** The policy in `OWNER/.github`, as the bearer of `GITHUB_TOKEN` may read it. Null: there is no token to ask with. */
export async function organisationPolicy(owner: string, variables: NodeJS.ProcessEnv): Promise<Read<string> | null> {
  const parsed = environment.safeParse(variables);
  if (!parsed.success) return null;
  const root = parsed.data.GITHUB_API_URL ?? baseUrl(parsed.data);
  const octokit = new Octokit({
    auth: parsed.data.GITHUB_TOKEN,
    ...(root !== undefined && { baseUrl: root }),
    log: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
  });
  try {
    const { data } = await octokit.request("GET /repos/{owner}/{repo}/contents/{path}", {
      ...{ owner, repo: ".github", path: organisationPolicyPath },
      headers: { accept: "application/vnd.github.raw+json" },
    });
    return read(textOf(data));
  } catch (error) {
    const fault = faultOf(error, 0);
    if (!fault) throw error;
    return fault.kind === "not-found" ? absent : unreadable(faultWords(fault));
  }
}

/** The file itself where GitHub was willing to send it so, else its text in base64. */
function textOf(data: unknown): string {
  if (typeof data === "string") return data;
  return Buffer.from(z.looseObject({ content: z.string() }).parse(data).content, "base64").toString("utf8");
}
