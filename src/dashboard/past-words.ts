import { html } from "hono/html";
import type { PastKnown } from "./constraint-view.js";
import type { Html } from "./layout.js";

/** How far the past was read, while it is; afterwards the page's last section says so. */
export function reading(past: PastKnown | null): Html {
  if (!past || past.phase === "done") return html``;
  const { problem } = past;
  return html`<p class="next">
    ${past.phase === "classes" ? classesFar(past) : pullsFar(past)}
    ${problem === null ? "" : `It pauses: ${problem.replace(/\.$/, "")}.`}
  </p>`;
}

function pullsFar({ pulls, total }: PastKnown): string {
  const share = total === null || total === 0 ? 1 : Math.min(1, pulls / total);
  const far = total === null ? "" : ` (${(100 * share).toFixed(0)} %)`;
  return (
    `Reading what happened before the installation from GitHub: ${pulls} of ${total ?? "an unknown number of"} pull requests${far}, ` +
    "newest first."
  );
}

function classesFar({ pulls, classesRead, classesTotal }: PastKnown): string {
  const far = classesTotal === null ? "none read yet" : `${classesRead} of ${classesTotal} read, newest first`;
  return `Of the time before the installation ${count(pulls, "pull request")} were read. Classes of the past: ${far}.`;
}

/** By what the class of past changes is known, and of how many; empty: of none. */
export function classesOf(past: PastKnown | null): string {
  if (!past || past.classesRead === 0) return "";
  return (
    `The class of what landed before the installation is by today's policy and detectors, for nobody classified it ` +
    `then: ${count(past.classesRead, "change")}, the newest. Older ones have no class and are not counted here.`
  );
}

export const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? "" : "s"}`;
