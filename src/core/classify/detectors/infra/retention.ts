import type { FileChange } from "../../../model/change.js";
import type { Detector, Hit, ReadFile } from "../../detector.js";
import { addressOf, terraformBlocks } from "../../parsers/terraform.js";
import { addedCode, removedCode } from "../../parsers/changed-code.js";
import type { CodeLine } from "../../parsers/changed-code.js";
import { settingsOf } from "../../parsers/settings.js";
import { isDocsPath, isTestPath } from "../../path-kinds.js";
import { sidesOf } from "../../sides.js";
import { changedSettings, isTerraform } from "./terraform-files.js";

export const retention: Detector = {
  id: "infra/retention",
  reads: "how long data, logs, backups and versions are kept, in Terraform, YAML, JSON and properties",
  reversibility: "irreversible",
  hazard: "high",
  why: "Data older than the new limit is deleted soon after this is applied; a revert doesn't bring it back.",
  remedy: "Export what would fall out first, shorten in steps, and watch what is deleted after each.",
  source: "AWS RDS, BackupRetentionPeriod; Amazon S3, lifecycle and versioning; Kafka, retention.ms",
  concerns: (file) => isTerraform(file) || isConfig(file),
  detect: (file) => (isTerraform(file.change) ? inTerraform(file) : byLine(file)),
};

function isConfig(file: FileChange): boolean {
  return (
    /\.(ya?ml|json|properties|conf|ini|toml|env|cnf|sql)$/.test(file.path) &&
    file.status === "modified" &&
    !isTestPath(file.path) &&
    !isDocsPath(file.path) &&
    !/(^|\/)(package(-lock)?|tsconfig)\.json$|(^|\/)\.github\//.test(file.path)
  );
}

/** Names of limits on how long or how much is kept. A cache's or DNS record's TTL loses nothing and is none of them. */
const limit =
  /(retention|retain|keep|expir(e|ation|y)[_-]?(after|in)?[_-]?(days|seconds)?|days_to_keep|max_?history|max_?age_?days|noncurrent_days|ttl_?days|message_retention|log_?rotation_?(age|days)|history_?limit_?days|recovery_window_in_days|delete_?after|cold_storage_after)/i;
const durations =
  /(retention|retain|days_to_keep|expireafterseconds|delete_?after|keep_?(for|days|last|daily|weekly|monthly)|max_?history|maxage)/i;

function inTerraform(file: ReadFile): Hit[] {
  const hits = changedSettings(file).flatMap((s): Hit[] => {
    const name = s.path.at(-1) ?? "";
    const hit = { path: file.change.path, line: s.line };
    const label = `${addressOf(s.of)}: ${s.path.join(".")}`;
    const inVersioning = s.path.some((p) => p.startsWith("versioning")) || /versioning/.test(s.of.labels[0] ?? "");
    if (inVersioning && /^(enabled|status)$/.test(name) && isOn(s.before) && !isOn(s.after))
      return [{ ...hit, why: `${label} is off: what is overwritten from now on is lost.` }];
    if (
      /^(point_in_time_recovery(_enabled)?|enabled)$/.test(name) &&
      s.path.some((p) => p.startsWith("point_in_time_recovery") || p.startsWith("backup")) &&
      isOn(s.before) &&
      !isOn(s.after)
    )
      return [{ ...hit, why: `${label} is off: there is nothing to go back to.` }];
    if (s.path[0] === "ttl" && name === "enabled" && !s.of.changed && isOn(s.after) && !isOn(s.before))
      return [{ ...hit, why: `${label}: items past their time are deleted from now on.` }];
    const inExpiry = s.path.some((p) =>
      /^(expiration|noncurrent_version_expiration|lifecycle_rule|rule|condition|delete_rule)/.test(p),
    );
    if (!limit.test(name) && !(inExpiry && /^(days|age|noncurrent_days|newer_noncurrent_versions)$/.test(name)))
      return [];
    const switchedOff = /backup|snapshot/.test(name) && s.after === "0" && s.before !== null && s.before !== "0";
    return switchedOff || shortened(s.before, s.after)
      ? [
          {
            ...hit,
            why: `${label} goes from ${s.before ?? "unset"} to ${s.after ?? "unset"}: what is older is deleted.`,
          },
        ]
      : [];
  });
  // Keys inside an object (`config = { "retention.ms" = … }`) are no settings of the block: they are read line by line.
  const inObjects = byLine(file).filter((hit) => !hits.some((h) => h.line === hit.line));
  return [...hits, ...inObjects, ...newExpiry(file)];
}

/** An expiry rule added to a bucket that was there before deletes what is old enough at once. */
function newExpiry(file: ReadFile): Hit[] {
  return sidesOf(file)
    .after.flatMap((f) => terraformBlocks(f))
    .filter((b) => b.type === "resource" && (!b.changed || /lifecycle_configuration/.test(b.labels[0] ?? "")))
    .flatMap((b) => [...b.blocks, ...b.blocks.flatMap((inner) => inner.blocks)])
    .filter((b) => b.changed && /^(expiration|noncurrent_version_expiration|delete_rule)$/.test(b.type))
    .map((b) => ({
      path: file.change.path,
      line: b.line,
      why: "A new expiry rule deletes what is already older than it allows.",
    }));
}

function byLine(file: ReadFile): Hit[] {
  const before = new Map(removedCode(file).flatMap(assigned));
  return addedCode(file).flatMap((line) => {
    const now = assigned(line).find(([name, value]) => shortened(before.get(name) ?? null, value));
    if (!now) return [];
    const step = `goes from ${before.get(now[0]) ?? ""} to ${now[1]}`;
    return [{ path: file.change.path, line: line.number, why: `${now[0]} ${step}: what is older is deleted.` }];
  });
}

function assigned(line: CodeLine): [string, string][] {
  return settingsOf(line.uncommented.replace(/^[\s-]*/, ""))
    .filter((s) => durations.test(s.key))
    .map((s): [string, string] => [s.name, s.value]);
}

/** `0`, `-1`, "never" mean forever in most of these settings, so the number alone doesn't decide. */
function shortened(before: string | null, after: string | null): boolean {
  const a = durationOf(before);
  const b = durationOf(after);
  return a !== null && b !== null && b < a;
}

const unitSeconds: Readonly<Record<string, number>> = {
  ms: 0.001,
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
  w: 604_800,
  mo: 2_592_000,
  y: 31_536_000,
};

function durationOf(value: string | null): number | null {
  if (value === null) return null;
  const text = value.replace(/["'_]/g, "").trim().toLowerCase();
  if (/^(-1|0|never|forever|infinite|unlimited)$/.test(text)) return Infinity;
  const m =
    /^(\d+(?:\.\d+)?)\s*(ms|s|sec|seconds?|m|min|minutes?|h|hours?|d|days?|w|weeks?|mo|months?|y|years?)?$/.exec(text);
  if (!m) return null;
  const unit = m[2] ?? "";
  const key = unit === "" || unit === "ms" || unit.startsWith("mo") ? unit.slice(0, 2) : unit.slice(0, 1);
  return Number(m[1]) * (key === "" ? 1 : (unitSeconds[key] ?? 1));
}

function isOn(value: string | null): boolean {
  return value !== null && /^"?(true|enabled|on)"?$/i.test(value);
}
