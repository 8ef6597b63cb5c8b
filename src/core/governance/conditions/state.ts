import type { Truth } from "../../model/verdict.js";
import { within } from "../../policy/calendar.js";
import { pathMatches } from "../../policy/pattern.js";
import { checkText, checkTruth } from "../checks.js";
import type { Judged } from "../judged.js";
import { allOf, truthOf } from "../truth.js";
import { compare, comparisonText, listed, patternsText, type Found, type LeafOf } from "./found.js";

const dayMs = 86_400_000;

export function timeFound({ spans }: LeafOf<"time">, { now }: Judged): Found {
  const holds = spans.some((span) => within(span, now));
  return { truth: truthOf(holds), what: "time", found: holds ? "within it" : "outside it" };
}

export function ageFound({ is }: LeafOf<"age">, { pull, now }: Judged): Found {
  const days = (now - pull.createdAt) / dayMs;
  return { truth: compare(days, is), what: `age: ${comparisonText(is)} days`, found: `${days.toFixed(1)} days` };
}

export function checksFound({ checks, is }: LeafOf<"checks">, { pull }: Judged): Found {
  const truths = checks.map((c) => checkTruth(c, is, pull.checks));
  const odd = checks.filter((_, i) => truths[i] !== "true").map(checkText);
  const found =
    pull.checks.state === "unreadable" ? "checks could not be read" : odd.length > 0 ? `not ${listed(odd)}` : "all";
  return { truth: allOf(truths), what: `checks ${is}: ${checks.map(checkText).join(", ")}`, found };
}

export function reversibilityFound({ is }: LeafOf<"reversibility">, { classification }: Judged): Found {
  const { reversibility } = classification;
  return { truth: truthOf(is.includes(reversibility)), what: `reversibility: ${is.join(", ")}`, found: reversibility };
}

export function riskFound({ levels, score }: LeafOf<"risk">, { risk }: Judged): Found {
  return {
    truth: score ? compare(risk.score, score) : truthOf(levels.includes(risk.level)),
    what: `risk: ${score ? comparisonText(score) : levels.join(", ")}`,
    found: `${risk.level} (${risk.score})`,
  };
}

/** What could not be read may hold whatever is looked for: without a hit elsewhere, nobody can tell. */
export function findingsFound({ detectors }: LeafOf<"findings">, { classification, pull }: Judged): Found {
  const ids = [...new Set(classification.findings.map((f) => f.detector))];
  const hit = ids.filter((id) => detectors.some((p) => pathMatches(p, id)));
  const found = listed(hit.length > 0 ? hit : ids) || "none";
  return { truth: unlessUnread(hit.length > 0, pull), what: `findings: ${patternsText(detectors)}`, found };
}

function unlessUnread(hit: boolean, { files }: Judged["pull"]): Truth {
  if (hit) return "true";
  return files.state !== "read" || files.value.some((f) => f.patch.state === "missing") ? "unknown" : "false";
}

export function hazardFound({ is }: LeafOf<"hazard">, { classification, pull }: Judged): Found {
  const hazards = [...new Set(classification.findings.flatMap((f) => f.hazard ?? []))];
  const holds = hazards.some((h) => is.includes(h));
  return { truth: unlessUnread(holds, pull), what: `hazard: ${is.join(", ")}`, found: listed(hazards) || "none" };
}

export function stationFound({ is }: LeafOf<"station">, { station }: Judged): Found {
  const what = `station: ${is.join(", ")}`;
  return station
    ? { truth: truthOf(is.includes(station)), what, found: station }
    : { truth: "unknown", what, found: "not known" };
}

export function autonomyFound({ is }: LeafOf<"autonomy">, { autonomy }: Judged): Found {
  const what = `autonomy: ${is.join(", ")}`;
  return autonomy
    ? { truth: truthOf(is.includes(autonomy)), what, found: autonomy }
    : { truth: "unknown", what, found: "not known" };
}
