import type { Instant } from "./ids.js";

/** What a call to GitHub may come back with when it doesn't succeed. Not retryable unless said. */
export type Fault =
  | { readonly kind: "not-found" }
  | { readonly kind: "forbidden"; readonly message: string }
  | { readonly kind: "conflict"; readonly message: string }
  | { readonly kind: "invalid"; readonly message: string }
  /** Rate limit, secondary limit, abuse reply: wait until then. */
  | { readonly kind: "limited"; readonly until: Instant; readonly message: string }
  /** 5xx, time-out, broken connection: may have happened. */
  | { readonly kind: "unavailable"; readonly message: string };

/** A fault in words, with the remedy where there is one: for outcomes, logs and facts that could not be read. */
export function faultWords(fault: Fault): string {
  switch (fault.kind) {
    case "not-found":
      return "GitHub says that it isn't there.";
    case "forbidden":
      return `GitHub says that the app may not: ${fault.message}. \`drumline doctor\` tells which permission is missing.`;
    case "conflict":
    case "invalid":
    case "limited":
    case "unavailable":
      return `GitHub says: ${fault.message}`;
  }
}
