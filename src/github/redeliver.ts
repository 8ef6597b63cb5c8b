import type { Octokit } from "@octokit/rest";
import { z } from "zod";
import type { Instant } from "../core/model/ids.js";

/** GitHub never sends a webhook again by itself. Older ones than this are left: what they said has long been read. */
const lookBackMs = 6 * 60 * 60_000;
const pageSize = 100;
/** Deliveries looked through in one sweep; the next one looks again. */
const pagesMax = 5;
/** A receiver that can't take a delivery after so many times never will. */
const attemptsMax = 10;
const redeliveriesMax = 100;

const deliverySchema = z.looseObject({
  id: z.number(),
  guid: z.string(),
  delivered_at: z.string(),
  status_code: z.number(),
});
type Attempt = z.infer<typeof deliverySchema>;

/**
 * Asks GitHub to send again what never reached us: while we were down, or restarting, or when the network lost it. Only
 * a webhook shows some things (which head a review was given for, a command as it was first written).
 * @returns how many were asked for.
 */
export async function redeliverLost(asApp: Octokit, now: Instant): Promise<number> {
  const attempts = await recentAttempts(asApp, now - lookBackMs);
  const byGuid = new Map<string, Attempt[]>();
  for (const attempt of attempts) byGuid.set(attempt.guid, [...(byGuid.get(attempt.guid) ?? []), attempt]);
  const lost = [...byGuid.values()].filter(
    (tries) => tries.length < attemptsMax && !tries.some((t) => t.status_code >= 200 && t.status_code < 300),
  );
  // Oldest first, as they happened.
  const wanted = lost.reverse().slice(0, redeliveriesMax);
  for (const [newest] of wanted)
    if (newest) await asApp.request("POST /app/hook/deliveries/{delivery_id}/attempts", { delivery_id: newest.id });
  return wanted.length;
}

/** Newest first. */
async function recentAttempts(asApp: Octokit, since: Instant): Promise<Attempt[]> {
  const found: Attempt[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < pagesMax; page++) {
    const response = await asApp.request("GET /app/hook/deliveries", {
      per_page: pageSize,
      ...(cursor !== undefined && { cursor }),
    });
    const attempts = z.array(deliverySchema).parse(response.data);
    found.push(...attempts.filter((a) => Date.parse(a.delivered_at) >= since));
    cursor = /[?&]cursor=([^&>]+)[^>]*>;\s*rel="next"/.exec(response.headers.link ?? "")?.[1];
    const oldest = attempts.at(-1);
    if (cursor === undefined || !oldest || Date.parse(oldest.delivered_at) < since) break;
  }
  return found;
}
