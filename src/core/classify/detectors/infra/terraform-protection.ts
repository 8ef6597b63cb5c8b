import type { Detector } from "../../detector.js";
import { addressOf } from "../../parsers/terraform.js";
import { changedSettings, isTerraform } from "./terraform-files.js";
import type { Setting } from "./terraform-files.js";

const guards =
  /^(prevent_destroy|deletion_protection(_enabled)?|enable_deletion_protection|termination_protection|disable_api_termination|purge_protection_enabled|soft_delete_enabled|delete_protection_state)$/;
const lures =
  /^(force_destroy|skip_final_snapshot|force_delete|delete_contents_on_destroy|prevent_deletion_if_contains_resources|deletion_policy|delete_automated_backups|skip_destroy)$/;

export const terraformProtection: Detector = {
  id: "infra/terraform-protection",
  reads: "deletion guards of Terraform resources",
  reversibility: "recoverable",
  hazard: "high",
  why: "The guard against deletion is off: the next mistake destroys the data.",
  remedy: "Keep the guard on until the change that needs it off, and switch it on again in the same week.",
  source: "developer.hashicorp.com/terraform, prevent_destroy; AWS provider, deletion_protection",
  concerns: (file) => isTerraform(file) && file.status === "modified",
  detect: (file) =>
    changedSettings(file)
      .filter(loosens)
      .map((s) => ({
        path: file.change.path,
        line: s.line,
        why: `${addressOf(s.of)}: ${s.path.at(-1) ?? ""} is now ${s.after ?? "unset"}; the guard against deletion is off.`,
      })),
};

function loosens(s: Setting): boolean {
  const name = s.path.at(-1) ?? "";
  if (guards.test(name)) return s.before !== null ? on(s.before) && !on(s.after) : s.after === "false";
  if (name === "prevent_deletion_if_contains_resources" || name === "skip_destroy") return on(s.before) && !on(s.after);
  if (name === "deletion_policy") return s.after === '"DELETE"' || (s.before === '"ABANDON"' && s.after === null);
  return lures.test(name) && on(s.after) && !on(s.before);
}

function on(value: string | null): boolean {
  return value !== null && value !== "false" && value !== '"DELETE_PROTECTION_DISABLED"';
}
