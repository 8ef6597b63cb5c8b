import type { Setting } from "./terraform-files.js";
import type { Detector, DetectorContext, Hit, ReadFile } from "../../detector.js";
import type { Block } from "../../parsers/terraform.js";
import { addressOf } from "../../parsers/terraform.js";
import { isStateless } from "./stateful-resources.js";
import { blocksAfter, blocksBefore, changedSettings, isTerraform, keptBlocks, placeOf } from "./terraform-files.js";

export const terraformDestroy: Detector = {
  id: "infra/terraform-destroy",
  reads: "resource and module blocks of Terraform that are no longer there",
  reversibility: "irreversible",
  hazard: "critical",
  why: "A block that is gone is destroyed on the next apply, whatever prevent_destroy said inside it.",
  remedy: "Add `removed { from = … lifecycle { destroy = false } }` or a `moved` block; destroy later, after a backup.",
  source: "developer.hashicorp.com/terraform, lifecycle meta-argument; removed and moved blocks",
  concerns: isTerraform,
  detect: (file, context) => {
    const missing = blocksBefore(file).filter(
      (b) => b.changed && (b.type === "resource" || b.type === "module") && b.labels.length > 0,
    );
    const gone = missing.length === 0 ? [] : missing.filter((b) => !isKept(b, { file, context }));
    return [...gone.map((b) => destroyed(file.change.path, b)), ...emptied(file), ...ordered(file)];
  },
};

/** The block stands, or is accounted for, in some file of the change. */
function isKept(block: Block, { file, context }: { file: ReadFile; context: DetectorContext }): boolean {
  const { present, accounted } = keptBlocks(context);
  const place = placeOf(file.change.oldPath ?? file.change.path, addressOf(block));
  return present.has(place) || present.has(placeOf(file.change.path, addressOf(block))) || accounted.has(place);
}

function destroyed(path: string, block: Block): Hit {
  const hit = {
    path,
    line: block.line,
    why: `${addressOf(block)} is gone from the configuration: the next apply destroys it.`,
  };
  if (!isStateless(block.labels[0] ?? "")) return hit;
  return {
    ...hit,
    reversibility: "recoverable",
    hazard: "medium",
    why: `${hit.why} It holds no data; applying again makes it anew.`,
  };
}

/** A lower `count` or fewer keys of `for_each` destroy the instances that are left out. */
function emptied(file: ReadFile): Hit[] {
  return changedSettings(file)
    .filter((s) => s.of.type === "resource" || s.of.type === "module")
    .filter((s) => s.path.length === 1 && s.before !== null && s.after !== null)
    .filter((s) => (s.path[0] === "count" && isFewer(s)) || (s.path[0] === "for_each" && losesKeys(s)))
    .map((s) => ({
      path: file.change.path,
      line: s.line,
      why: `${addressOf(s.of)} has fewer instances: the next apply destroys those left out.`,
    }));
}

function isFewer({ before, after }: Setting): boolean {
  return after === "0" || (/^\d+$/.test(before ?? "") && /^\d+$/.test(after ?? "") && Number(after) < Number(before));
}

function losesKeys({ before, after }: Setting): boolean {
  const keys = (value: string | null) => [...(value ?? "").matchAll(/"([^"]*)"/g)].map((m) => m[1] ?? "");
  const kept = new Set(keys(after));
  return (
    /^(\{\s*\}|\[\s*\]|toset\(\[\s*\]\))$/.test(after ?? "") ||
    (kept.size > 0 && keys(before).some((k) => !kept.has(k)))
  );
}

/** A `removed` block without `destroy = false` asks for the destruction. */
function ordered(file: ReadFile): Hit[] {
  return blocksAfter(file)
    .filter((b) => b.changed && b.type === "removed")
    .filter((b) => !b.blocks.some((inner) => inner.attributes.some((a) => a.name === "destroy" && a.value === "false")))
    .map((b) => ({
      path: file.change.path,
      line: b.line,
      why: "A `removed` block without `destroy = false` destroys what it names.",
    }));
}
