import type { Fault } from "../core/model/fault.js";
import type { Try } from "../engine/ports.js";
import type { Instant } from "../core/model/ids.js";

/** GitHub asks for at least a minute after a secondary limit that names no time. */
const secondaryLimitPauseMs = 60_000;

/** Runs one call and turns what GitHub answers into a value; a bug of ours still throws. */
export async function attempt<T>(call: () => Promise<T>, now: () => Instant): Promise<Try<T>> {
  try {
    return { ok: true, value: await call() };
  } catch (error) {
    const fault = faultOf(error, now());
    if (!fault) throw error;
    return { ok: false, fault };
  }
}

/** Null when the error did not come from a call to GitHub. */
export function faultOf(error: unknown, now: Instant): Fault | null {
  if (!isHttpError(error)) return isNetworkError(error) ? unavailable(error) : null;
  const headers = error.response?.headers ?? {};
  const message = error.message;
  const limited = limitedUntil(headers, message, now);
  if ((error.status === 403 || error.status === 429) && limited !== null)
    return { kind: "limited", until: limited, message };
  switch (error.status) {
    case 401:
    case 403:
      return { kind: "forbidden", message };
    case 404:
    case 410:
      return { kind: "not-found" };
    case 405:
    case 409:
      return { kind: "conflict", message };
    case 400:
    case 422:
    case 451:
      return { kind: "invalid", message };
    default:
      return { kind: "unavailable", message };
  }
}

/**
 * When a refused call may be made again, or null when it was refused for another reason than a limit.
 * Source: GitHub's "Rate limits for the REST API", section "Exceeding the rate limit".
 */
function limitedUntil(headers: Readonly<Record<string, unknown>>, message: string, now: Instant): Instant | null {
  const retryAfter = Number(headers["retry-after"]);
  if (Number.isFinite(retryAfter) && headers["retry-after"] !== undefined) return now + retryAfter * 1000;
  if (String(headers["x-ratelimit-remaining"]) === "0") {
    const reset = Number(headers["x-ratelimit-reset"]) * 1000;
    return Number.isFinite(reset) && reset > now ? reset : now + secondaryLimitPauseMs;
  }
  return /secondary rate limit|abuse|rate limit exceeded/i.test(message) ? now + secondaryLimitPauseMs : null;
}

interface HttpError extends Error {
  readonly status: number;
  readonly response?: { readonly headers: Readonly<Record<string, unknown>> };
}

/** Octokit's RequestError, told by its shape: several copies of its class may be installed. */
export function isHttpError(error: unknown): error is HttpError {
  return error instanceof Error && error.name === "HttpError" && "status" in error && typeof error.status === "number";
}

function isNetworkError(error: unknown): error is Error {
  return (
    error instanceof Error &&
    (error.name === "AbortError" || error.name === "TimeoutError" || /fetch failed|ECONN|socket/i.test(error.message))
  );
}

function unavailable(error: Error): Fault {
  return { kind: "unavailable", message: error.message };
}

export function hasStatus(error: unknown, status: number): boolean {
  return isHttpError(error) && error.status === status;
}
