import { Probot, ProbotOctokit } from "probot";
import type { Octokit } from "@octokit/rest";
import type { Logger } from "pino";
import type { Delivery, GitHub, QueueRow, Store, Webhook } from "../engine/ports.js";
import { queueKey, type Instant } from "../core/model/ids.js";
import { historyReader } from "./history.js";
import { readerOf } from "./read.js";
import { redeliverLost } from "./redeliver.js";
import { toDelivery, type Self } from "./webhook.js";
import { writerOf } from "./write.js";

export interface GitHubAppOptions {
  readonly appId: number;
  readonly privateKey: string;
  /** REST root of a GitHub Enterprise Server; left out: github.com. */
  readonly baseUrl?: string;
  /** Pace requests as GitHub asks integrations to; off only against a GitHub without limits. */
  readonly throttled: boolean;
  readonly store: Store;
  readonly log: Logger;
  readonly now: () => Instant;
}

export interface GitHubApp {
  readonly github: GitHub;
  /** What a webhook signals. */
  readonly read: (webhook: Webhook) => Delivery;
  /** Makes the default branches of all installations' repositories known as queues. */
  readonly discover: () => Promise<void>;
  /** Has webhooks that never reached us sent again; answers how many. */
  readonly redeliver: () => Promise<number>;
}

export const webhookPath = "/api/github/webhooks";

/** The app on GitHub: stored webhooks become deliveries, installations become readers and writers. */
export async function openGitHubApp(options: GitHubAppOptions): Promise<GitHubApp> {
  const { appId, privateKey, baseUrl, store, log, now } = options;
  const probot = new Probot({
    appId,
    privateKey,
    log: log,
    Octokit: octokitClass(options.throttled),
    ...(baseUrl !== undefined && { baseUrl }),
  });
  const asApp = (await probot.auth()) as unknown as Octokit;
  const self = await whoAmI(asApp, appId);
  const octokitFor = async (installationId: number) => (await probot.auth(installationId)) as unknown as Octokit;
  return {
    read: (webhook) => toDelivery(webhook, self),
    github: {
      history: async (repo, installationId) =>
        historyReader({ octokit: await octokitFor(installationId), store, repo, appId, now }),
      reader: async (repo, installationId) =>
        readerOf({ octokit: await octokitFor(installationId), store, repo, appId, now }),
      writer: async (repo, installationId) =>
        writerOf({ octokit: await octokitFor(installationId), store, repo, appId, login: self.login, now }),
    },
    discover: async () => await discover({ asApp, octokitFor, know: async (row) => await store.know(row) }),
    redeliver: async () => await redeliverLost(asApp, now()),
  };
}

/**
 * Probot's Octokit without its own retries and waits: a refused call comes back at once, is written down and made
 * again when GitHub allows. Its pace (about one write a second) stays, except where `throttled` is off.
 */
export function octokitClass(throttled: boolean) {
  return ProbotOctokit.defaults((given: Record<string, unknown>) => ({
    ...given,
    retry: { enabled: false },
    throttle: {
      ...(given["throttle"] as Record<string, unknown> | undefined),
      enabled: throttled,
      onRateLimit: () => false,
      onSecondaryRateLimit: () => false,
    },
  }));
}

async function whoAmI(octokit: Octokit, appId: number): Promise<Self> {
  const { data } = await octokit.request("GET /app");
  return { appId, login: `${data?.slug ?? "drumline"}[bot]` };
}

interface Discovery {
  readonly asApp: Octokit;
  readonly octokitFor: (installationId: number) => Promise<Octokit>;
  readonly know: (row: QueueRow) => Promise<void>;
}

const pageSize = 100;

async function discover({ asApp, octokitFor, know }: Discovery): Promise<void> {
  for (let page = 1; ; page++) {
    const { data: installations } = await asApp.request("GET /app/installations", { per_page: pageSize, page });
    for (const installation of installations) {
      if (installation.suspended_at) continue;
      await discoverRepositories(await octokitFor(installation.id), { installationId: installation.id, know });
    }
    if (installations.length < pageSize) return;
  }
}

async function discoverRepositories(
  octokit: Octokit,
  { installationId, know }: { installationId: number; know: Discovery["know"] },
): Promise<void> {
  for (let page = 1; ; page++) {
    const { data } = await octokit.request("GET /installation/repositories", { per_page: pageSize, page });
    for (const { full_name: repo, default_branch: base, archived } of data.repositories) {
      if (!archived) await know({ queue: queueKey(repo, base), repo, base, installationId });
    }
    if (data.repositories.length < pageSize) return;
  }
}
