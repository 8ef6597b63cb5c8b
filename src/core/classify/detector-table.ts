import type { Detector } from "./detector.js";

/** The detectors as Markdown, one table an area: `docs/classification.md` holds it and a test keeps it alike. */
export function detectorTables(detectors: readonly Detector[]): string {
  const areas = [...new Set(detectors.map(areaOf))];
  return areas.map((area) => `${tableOf(area, detectors)}\n`).join("\n");
}

function tableOf(area: string, detectors: readonly Detector[]): string {
  const rows = detectors
    .filter((d) => areaOf(d) === area)
    .map((d) => [`\`${d.id}\``, d.reads, d.reversibility, d.hazard ?? "–", d.remedy, d.source].map(cell).join(" | "));
  return [
    `### ${area}`,
    "",
    "| detector | reads | reversibility | hazard | make it two-way | source |",
    "|---|---|---|---|---|---|",
    ...rows.map((row) => `| ${row} |`),
  ].join("\n");
}

function areaOf(detector: Detector): string {
  return detector.id.slice(0, detector.id.indexOf("/"));
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}
