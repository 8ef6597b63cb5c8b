import type { FileChange } from "../../../model/change.js";
import type { Detector, Hit, ReadFile } from "../../detector.js";
import { addressOf } from "../../parsers/terraform.js";
import { addedLines } from "../../sides.js";
import { replacedBy } from "./stateful-resources.js";
import { changedSettings, isTerraform } from "./terraform-files.js";

export const terraformReplace: Detector = {
  id: "infra/terraform-replace",
  reads: "settings of data-holding Terraform resources that cannot change in place, and recorded plans",
  reversibility: "irreversible",
  hazard: "critical",
  why: "The provider cannot change this setting in place: it destroys the resource with its data and makes a new one.",
  remedy:
    "Make the new resource beside the old, copy the data, switch, and remove the old one later; take a snapshot first.",
  source: "registry.terraform.io, arguments marked Forces new resource; Terraform plan, -/+ resource actions",
  concerns: (file) => isTerraform(file) || isPlan(file),
  detect: (file) => (isTerraform(file.change) ? replaced(file) : planned(file)),
};

function replaced(file: ReadFile): Hit[] {
  return changedSettings(file)
    .filter((s) => s.of.type === "resource" && !s.of.changed && (s.before !== null || s.path.length === 1))
    .filter((s) => (replacedBy[s.of.labels[0] ?? ""] ?? []).includes(s.path[0] ?? ""))
    .filter((s) => s.before !== null || forcesWhenSet(s.path[0] ?? ""))
    .map((s) => ({
      path: file.change.path,
      line: s.line,
      why: `${addressOf(s.of)}: ${s.path.join(".")} cannot change in place; the next apply destroys the resource with its data and makes a new one.`,
    }));
}

/** A setting that was left to its default may be written out without a change; switching on encryption is one. */
function forcesWhenSet(name: string): boolean {
  return /encrypt|kms_key/.test(name);
}

function isPlan(file: FileChange): boolean {
  return /(^|\/|[._-])(tf)?plan[^/]*\.(json|txt|out|log|md)$/i.test(file.path);
}

function planned(file: ReadFile): Hit[] {
  return addedLines(file)
    .filter((l) =>
      /^\s*(-\/\+|\+\/-)\s+resource\s|# forces replacement|must be replaced|"actions"\s*:\s*\[\s*"(delete|create)"\s*,\s*"(create|delete)"|"actions"\s*:\s*\[\s*"delete"\s*\]|will be destroyed/.test(
        l.text,
      ),
    )
    .slice(0, 1)
    .map((l) => ({ path: file.change.path, line: l.number, why: "The recorded plan destroys or replaces resources." }));
}
