import Table from "cli-table3";
import { paths } from "../../core/model/verdict.js";
import type { Bin } from "../../core/risk/figures.js";
import type { Look, Summary } from "./summary.js";

/** The summary for a terminal. */
export function summaryText(s: Summary): string {
  const { changes } = s;
  const lines = [
    `${s.repository}: ${changes.all} changes landed from ${day(changes.from)} to ${day(changes.to)}`,
    `  ${changes.byBots} by bots, ${changes.reverts} reverts, ${changes.relands} relands, ${changes.tooYoung} too young to judge`,
    `  judged: ${changes.judged} by people, of which ${changes.bad} were taken out again within 60 days (${percent(changes.bad / Math.max(1, changes.judged))})`,
    `  seen by: ${Object.entries(s.labels.byEvidence)
      .map(([how, n]) => `${how} ${n}`)
      .join(", ")}; ${s.labels.unresolvedReverts} titles say revert of which no target was found`,
    ...(s.packs.length > 0
      ? [
          "",
          "before any approval each shipped pack would have put changes on these paths (taken out later):",
          packsTable(s),
        ]
      : []),
    ...(s.calibration ? figureLines(s, s.calibration) : ["", "Nothing here is old enough to be judged."]),
  ];
  return `${lines.join("\n")}\n`;
}

function figureLines(s: Summary, calibration: NonNullable<Summary["calibration"]>): string[] {
  return [
    "",
    `ranking: AUC ${figure(s.risk.auc)}, by size only ${figure(s.sizeOnly.auc)} (0.5 is a coin)`,
    looksTable(s),
    "",
    `calibration: error ${calibration.error.toFixed(4)}, Brier ${calibration.brier.toFixed(5)} (always the base rate: ${calibration.baseRateBrier.toFixed(5)})`,
    calibrationTable(calibration.bins),
    "",
    "by quarter of the history:",
    quartersTable(s),
    ...warnings(s),
  ];
}

function looksTable(s: Summary): string {
  const table = new Table({
    head: ["changes read first", "risk: caught", "of all", "per hour", "size: caught", "of all", "per hour"],
    style: plain,
  });
  const cells = (look: Look | undefined) => [
    String(look?.bad ?? 0),
    figure(look?.recall ?? null),
    (look?.caughtPerHour ?? 0).toFixed(3),
  ];
  s.risk.looks.forEach((look, i) => {
    table.push([`${percent(look.share)} (${look.changes})`, ...cells(look), ...cells(s.sizeOnly.looks[i])]);
  });
  return table.toString();
}

function calibrationTable(bins: readonly Bin[]): string {
  const table = new Table({ head: ["tenth of the changes", "risk said", "happened"], style: plain });
  bins.forEach((bin, i) => {
    table.push([`${i + 1} (${bin.count})`, percent(bin.predicted), percent(bin.happened)]);
  });
  return table.toString();
}

function packsTable(s: Summary): string {
  const table = new Table({ head: ["pack", ...paths], style: plain });
  for (const { pack, paths: counts } of s.packs) {
    table.push([pack, ...paths.map((path) => `${counts[path].changes} (${counts[path].harmed})`)]);
  }
  return table.toString();
}

function quartersTable(s: Summary): string {
  const table = new Table({
    head: ["quarter", "judged", "bad", "AUC", "size AUC", "base rate", "risk said"],
    style: plain,
  });
  s.quarters.forEach((q, i) => {
    table.push([
      String(i + 1),
      String(q.judged),
      String(q.bad),
      figure(q.auc),
      figure(q.sizeAuc),
      percent(q.baseRate),
      percent(q.meanScore),
    ]);
  });
  return table.toString();
}

/** What a reader must know before believing the figures. */
function warnings(s: Summary): string[] {
  const few = s.changes.bad < badForFigures;
  return [
    "",
    few
      ? `Only ${s.changes.bad} changes came to harm: the figures above are mostly chance (at ${badForFigures} an AUC is still ± 0.05).`
      : "The AUC's standard error is about 0.29 / √(bad changes).",
    "A change counts as bad when a later one took it out; silent fixes forward are not seen, and about one revert in six is a change of mind, not a fault.",
  ];
}

const badForFigures = 30;

/** cli-table3's colours are for terminals only; the output may be a file. */
const plain = { head: [], border: [], compact: true };

function day(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 10);
}

function percent(share: number): string {
  return `${(share * 100).toFixed(share < 0.1 ? 2 : 0)} %`;
}

function figure(value: number | null): string {
  return value === null ? "-" : (Math.floor(value * 1000) / 1000).toFixed(3);
}
