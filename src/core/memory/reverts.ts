import { prNumber, type PrNumber } from "../model/ids.js";

/** Pull requests that this one says it takes out again: GitHub's revert button and people's own words. */
export function revertsNamed({ title, body }: { readonly title: string; readonly body: string }): PrNumber[] {
  const inBody = [...body.matchAll(/\breverts?\s+(?:pull request\s+)?(?:[\w.-]+\/[\w.-]+)?#(\d{1,9})\b/gi)];
  const inTitle = /^revert\b/i.test(title) ? [...title.matchAll(/#(\d{1,9})\b/g)] : [];
  const numbers = [...inBody, ...inTitle].map((m) => Number(m[1])).filter((n) => n > 0);
  return [...new Set(numbers)].map(prNumber);
}
