import { drumLessons } from "../../memory/absorption.js";
import type { Deployed, LandedDoor } from "../../memory/windows.js";
import { isReversibility, pacedClassOf, type PacedClass } from "../../model/classification.js";
import { prNumber } from "../../model/ids.js";
import { drumAccountOf, type DrumAccount } from "./drum-account.js";
import { dayMinutes, instantOf, type FlowEvent, type PrId } from "../flow/event.js";

/**
 * What production absorbed by the events of a chain, as the ledger of an app would say it. Events name no commit and no
 * policy: each landing stands for a commit of its own, and what lands at most is what no policy says otherwise.
 * @param events in order of time
 * @param of the last day that counts, and how many changes a full deployment takes
 * @returns null when no event says a class
 */
export function drumOfEvents(
  events: readonly FlowEvent[],
  { day, takes }: { readonly day: number; readonly takes: number | null },
): DrumAccount | null {
  const end = (day + 1) * dayMinutes;
  const told = events.filter((e) => e.at < end);
  if (!told.some((e) => e.reversibility !== undefined)) return null;
  const now = instantOf(end);
  return drumAccountOf(drumLessons(doorsOf(told), now), { pace: null, takes, now });
}

type Landing = { -readonly [K in keyof LandedDoor]: LandedDoor[K] } & { readonly sha: string };

function doorsOf(events: readonly FlowEvent[]): { landed: readonly LandedDoor[]; deployed: readonly Deployed[] } {
  const classes = new Map<PrId, PacedClass | null>();
  const last = new Map<PrId, Landing>();
  const landed: Landing[] = [];
  const windows: { at: number; changes: Landing[]; ok: boolean }[] = [];
  for (const { event, pr, at, reversibility, ok } of events) {
    const change = last.get(pr);
    if (event === "opened" && reversibility !== undefined) classes.set(pr, classNamed(reversibility));
    if (event === "landed") {
      const landing = landingOf(landed.length + 1, { at, class: classes.get(pr) ?? null });
      landed.push(landing);
      last.set(pr, landing);
    }
    if (event !== "deployed" || !change) continue;
    if (ok === false) change.harmedAt ??= instantOf(at);
    const window = windows.at(-1);
    if (window && at - window.at < togetherMinutes) {
      window.changes.push(change);
      window.ok ||= ok !== false;
    } else windows.push({ at, changes: [change], ok: ok !== false });
  }
  return { landed, deployed: windows.map(deployedOf) };
}

function landingOf(nth: number, of: { at: number; class: PacedClass | null }): Landing {
  return { number: prNumber(nth), at: instantOf(of.at), sha: String(nth), class: of.class, harmedAt: null };
}

/** Changes that reach users within this time come with one deployment. */
const togetherMinutes = 1;

/** It names the change that landed last, and brings all that landed before. */
function deployedOf({ at, changes, ok }: { at: number; changes: readonly Landing[]; ok: boolean }): Deployed {
  const newest = changes.reduce((a, b) => (a.number > b.number ? a : b));
  return { at: instantOf(at), sha: newest.sha, environment: null, ok };
}

/** A word that nobody knows is no proof of anything. */
function classNamed(reversibility: string): PacedClass | null {
  return pacedClassOf(isReversibility(reversibility) ? reversibility : "unknown");
}
