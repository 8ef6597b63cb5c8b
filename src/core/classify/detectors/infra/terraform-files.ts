import type { FileChange } from "../../../model/change.js";
import type { DetectorContext, ReadFile } from "../../detector.js";
import { addressOf, everyBlock, terraformBlocks } from "../../parsers/terraform.js";
import type { Block } from "../../parsers/terraform.js";
import { isExamplePath, isTestPath } from "../../path-kinds.js";
import { sidesOf } from "../../sides.js";

/** What the Terraform detectors share: blocks before and after, and how their settings differ. */

export function isTerraform(file: FileChange): boolean {
  return /\.(tf|tofu)$/.test(file.path) && !isTestPath(file.path) && !isExamplePath(file.path);
}

export function blocksBefore(file: ReadFile): Block[] {
  return sidesOf(file).before.flatMap((f) => terraformBlocks(f));
}

export function blocksAfter(file: ReadFile): Block[] {
  return sidesOf(file).after.flatMap((f) => terraformBlocks(f));
}

/** One setting of a block that differs; `before` or `after` is null where it isn't set. */
export interface Setting {
  /** The outermost block around it. */
  readonly of: Block;
  /** Names of the blocks inside that one, and the setting's own. */
  readonly path: readonly string[];
  readonly before: string | null;
  readonly after: string | null;
  readonly line: number;
}

/** Settings that differ in blocks that both sides show, and all settings of new blocks with `before` null. */
export function changedSettings(file: ReadFile): Setting[] {
  const before = settings(blocksBefore(file));
  const after = settings(blocksAfter(file));
  const out: Setting[] = [];
  for (const [key, now] of after) {
    const was = before.get(key);
    if (was === undefined ? now.changed : was.value !== now.value)
      out.push({ of: now.of, path: now.path, before: was?.value ?? null, after: now.value, line: now.line });
  }
  for (const [key, was] of before)
    if (!after.has(key) && was.changed)
      out.push({ of: was.of, path: was.path, before: was.value, after: null, line: was.line });
  return out;
}

interface Placed {
  readonly of: Block;
  readonly path: readonly string[];
  readonly value: string;
  readonly line: number;
  readonly changed: boolean;
}

function settings(blocks: readonly Block[]): Map<string, Placed> {
  const out = new Map<string, Placed>();
  for (const [block, around] of everyBlock(blocks)) {
    const of = around[0] ?? block;
    const inner = [...around, block].slice(1).map(addressOf);
    for (const a of block.attributes) {
      const path = [...inner, a.name];
      let key = [addressOf(of), ...path].join("\n");
      while (out.has(key)) key += "'";
      out.set(key, { of, path, value: a.value, line: a.line, changed: a.changed });
    }
  }
  return out;
}

interface Kept {
  /** `folder/address` of every block that is there afterwards, as far as the change shows. */
  readonly present: ReadonlySet<string>;
  /** `folder/address` that `moved` or `removed { destroy = false }` blocks account for. */
  readonly accounted: ReadonlySet<string>;
}

const kept = new WeakMap<DetectorContext, Kept>();

/** Which blocks the whole change leaves in place, whichever file of the same folder they are in. */
export function keptBlocks(context: DetectorContext): Kept {
  const known = kept.get(context);
  if (known) return known;
  const present = new Set<string>();
  const accounted = new Set<string>();
  for (const file of context.files) {
    if (!isTerraform(file.change) || file.change.status === "removed") continue;
    for (const block of blocksAfter(file)) {
      present.add(placeOf(file.change.path, addressOf(block)));
      const from = block.attributes.find((a) => a.name === "from")?.value;
      if (from !== undefined && (block.type === "moved" || leavesAlone(block)))
        accounted.add(placeOf(file.change.path, from));
    }
  }
  const made = { present, accounted };
  kept.set(context, made);
  return made;
}

/** A folder is a Terraform module: the same address elsewhere is another thing. */
export function placeOf(path: string, address: string): string {
  return `${path.slice(0, path.lastIndexOf("/") + 1)}${address}`;
}

function leavesAlone(block: Block): boolean {
  return (
    block.type === "removed" &&
    block.blocks.some((b) => b.attributes.some((a) => a.name === "destroy" && a.value === "false"))
  );
}
