import type { Detector, Hit, ReadFile } from "../../detector.js";
import { stepBetween } from "../supply/versions.js";
import { changedSettings, isTerraform } from "./terraform-files.js";
import type { Setting } from "./terraform-files.js";
import { fileName } from "../../path-kinds.js";
import { removedLines } from "../../sides.js";

export const terraformState: Detector = {
  id: "infra/terraform-state",
  reads: "state backends, provider and Terraform versions, state files",
  reversibility: "recoverable",
  hazard: "high",
  why: "The state is kept or written differently from now on; an older version may not be able to read it again.",
  remedy: "Copy the state aside first, upgrade in its own change, and apply an empty plan right after.",
  source: "developer.hashicorp.com/terraform, backend configuration; upgrading provider versions",
  concerns: (file) => isTerraform(file) || /\.tfstate(\.backup)?$|^\.terraform\.lock\.hcl$/.test(fileName(file.path)),
  detect: (file) => {
    if (isTerraform(file.change)) return changedSettings(file).flatMap((s) => moved(file, s));
    const removed = file.change.status === "removed" || removedLines(file).length > 0;
    return file.change.path.endsWith(".lock.hcl") || !removed
      ? []
      : [
          {
            path: file.change.path,
            why: "The state itself changes by hand: what it forgets, Terraform makes again or never destroys.",
          },
        ];
  },
};

function moved(file: ReadFile, s: Setting): Hit[] {
  if (s.of.type !== "terraform" && s.of.type !== "provider") return [];
  const hit = { path: file.change.path, line: s.line };
  const where = s.path[0] ?? "";
  if (where.startsWith("backend") || where === "cloud")
    return file.change.status === "added"
      ? []
      : [{ ...hit, why: `The state backend's ${s.path.at(-1) ?? ""} changes: the state must move with it.` }];
  const before = versionOf(s.before);
  const after = versionOf(s.after);
  if (before === null || after === null || before === after) return [];
  if (stepBetween(before, after) !== "major") return [];
  return [
    {
      ...hit,
      why: `${s.path.at(-1) ?? ""} goes from ${before} to ${after}: the state may not be readable by the old version again.`,
    },
  ];
}

/** `{ source = "hashicorp/aws", version = "~> 5.0" }` or a plain string. */
function versionOf(value: string | null): string | null {
  if (value === null) return null;
  const inside = /version\s*=\s*"([^"]+)"/.exec(value)?.[1] ?? /^"([^"]+)"$/.exec(value)?.[1];
  return inside !== undefined && /\d/.test(inside) ? inside : null;
}
