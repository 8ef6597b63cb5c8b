import { z } from "zod";

/** What may go wrong on purpose. Set at the start, through the sandbox's handle, or with `PUT /_sandbox/faults`. */
export const faultsSchema = z
  .object({
    webhooks: z
      .object({
        /** Probabilities, from the sandbox's seed. */
        drop: z.number().min(0).max(1).default(0),
        double: z.number().min(0).max(1).default(0),
        delay: z.number().min(0).max(1).default(0),
        /** Longest delay, milliseconds. */
        delayMsMax: z.number().min(0).max(600_000).default(2_000),
        /** Sent without waiting for those before it. */
        reorder: z.number().min(0).max(1).default(0),
      })
      .strict()
      .prefault({}),
    responses: z
      .array(
        z
          .object({
            method: z.string().optional(),
            /** Part of GitHub's template or of the path: `/merges`, `{pull_number}/reviews`. */
            path: z.string().optional(),
            /** Only requests of this actor; `app` means every app (the default: people are spared). */
            actor: z.string().default("app"),
            /** Let this many matching requests pass first. */
            after: z.number().int().min(0).default(0),
            /** Then spoil this many; -1 for ever. */
            times: z.number().int().min(-1).default(1),
            probability: z.number().min(0).max(1).default(1),
            /** A status, or no answer at all, or GitHub's secondary rate limit. */
            answer: z.union([z.number().int().min(400).max(599), z.enum(["hang", "secondary-limit", "rate-limit"])]),
            message: z.string().optional(),
            retryAfterSeconds: z.number().min(0).default(1),
            /** `after`: the request takes effect, only its answer is spoiled. */
            moment: z.enum(["before", "after"]).default("before"),
          })
          .strict(),
      )
      .default([]),
    mergeability: z
      .object({
        /** Reads after a change that answer `mergeable: null`. */
        unknownReads: z.number().int().min(0).default(0),
        /** Answer what was true before the last change, for this many reads. */
        staleReads: z.number().int().min(0).default(0),
      })
      .strict()
      .prefault({}),
    /** Before each of the next n updates of this branch by an app, somebody else pushes to it. */
    baseMoves: z.array(z.object({ branch: z.string(), times: z.number().int().min(1) }).strict()).default([]),
  })
  .strict();

export type FaultsInput = z.input<typeof faultsSchema>;
export type Faults = z.output<typeof faultsSchema>;
export type ResponseFault = Faults["responses"][number];

/**
 * The fault that this request meets, if any; counts it down.
 * @param request.actor as in the request log: bots end in `[bot]`, apps start with `app `.
 */
export function takeResponseFault(
  faults: Faults,
  request: { method: string; path: string; operation: string | null; actor: string; chance: () => number },
): ResponseFault | null {
  for (const [index, fault] of faults.responses.entries()) {
    if (fault.times === 0 || !matches(fault, request)) continue;
    if (fault.after > 0) {
      faults.responses[index] = { ...fault, after: fault.after - 1 };
      continue;
    }
    if (fault.probability < 1 && request.chance() >= fault.probability) continue;
    if (fault.times > 0) faults.responses[index] = { ...fault, times: fault.times - 1 };
    return fault;
  }
  return null;
}

function matches(
  fault: ResponseFault,
  request: { method: string; path: string; operation: string | null; actor: string },
): boolean {
  const isApp = request.actor.endsWith("[bot]") || request.actor.startsWith("app ");
  if (fault.actor === "app" ? !isApp : fault.actor !== request.actor) return false;
  if (fault.method !== undefined && fault.method.toUpperCase() !== request.method) return false;
  if (fault.path === undefined) return true;
  return request.path.includes(fault.path) || (request.operation ?? "").includes(fault.path);
}

/** Whether somebody pushes to this branch first; counts it down. */
export function takeBaseMove(faults: Faults, branch: string): boolean {
  const index = faults.baseMoves.findIndex((m) => m.branch === branch && m.times > 0);
  const move = faults.baseMoves[index];
  if (!move) return false;
  faults.baseMoves[index] = { ...move, times: move.times - 1 };
  return true;
}
