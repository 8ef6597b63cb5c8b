/** A failure that says nothing about the change is retried after 2, 4, 8... minutes, at most this many. */
export const retryMinutesMax = 64;

/** How long to wait after so many failures in a row. */
export function retryMinutes(failures: number): number {
  return Math.min(retryMinutesMax, Math.pow(2, failures));
}
