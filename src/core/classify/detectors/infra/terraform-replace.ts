import { jsonEntries } from "../../parsers/outline.js";
import type { FileChange } from "../../../model/change.js";
import type { Detector, Hit, ReadFile } from "../../detector.js";
import { addressOf } from "../../parsers/terraform.js";
import { addedLines, sidesOf } from "../../sides.js";
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
  detect: (file) => (isTerraform(file.change) ? [...replaced(file), ...rebuilt(file)] : planned(file)),
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

/** Servers: their disks go with them, but what they run is made anew. */
function rebuilt(file: ReadFile): Hit[] {
  const servers =
    /^(aws_instance|google_compute_instance|azurerm_(linux|windows)_virtual_machine|openstack_compute_instance_v2|digitalocean_droplet|hcloud_server)$/;
  return changedSettings(file)
    .filter((s) => s.of.type === "resource" && servers.test(s.of.labels[0] ?? "") && s.before !== null)
    .filter((s) =>
      /^(ami|image|image_id|source_image_id|availability_zone|zone|location|subnet_id|boot_disk|size)$/.test(
        s.path[0] ?? "",
      ),
    )
    .map((s) => ({
      path: file.change.path,
      line: s.line,
      reversibility: "recoverable",
      hazard: "high",
      why: `${addressOf(s.of)}: ${s.path.join(".")} makes a new server; what lies on the old one's disks goes with it.`,
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
  const why = "The recorded plan destroys or replaces resources.";
  const listed = file.change.path.endsWith(".json")
    ? sidesOf(file)
        .after.flatMap(jsonEntries)
        .filter((e) => e.changed && e.keys.at(-2) === "actions" && e.value === "delete")
        .map((e) => ({ path: file.change.path, line: e.line, why }))
    : [];
  const said = addedLines(file)
    .filter((l) => destroys.test(l.text))
    .map((l) => ({ path: file.change.path, line: l.number, why }));
  return [...listed, ...said].slice(0, 1);
}

const destroys = /^\s*(-\/\+|\+\/-)\s+resource\s|# forces replacement|must be replaced|will be destroyed/;
