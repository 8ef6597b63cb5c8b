import { rememberFew } from "../few.js";
import { headingOf, textOf } from "../sides.js";
import type { Fragment } from "../sides.js";
import { captures } from "./grammars.js";
import type { Capture } from "./grammars.js";
import { mask } from "./mask.js";

/** A block of HCL: `resource "aws_s3_bucket" "logs" { … }`. */
export interface Block {
  readonly type: string;
  readonly labels: readonly string[];
  readonly line: number;
  /** Its header stands on a changed line. */
  readonly changed: boolean;
  readonly attributes: readonly Attribute[];
  readonly blocks: readonly Block[];
}

export interface Attribute {
  readonly name: string;
  /** The expression as written. */
  readonly value: string;
  readonly line: number;
  readonly changed: boolean;
}

const query = `
  (block . (identifier) @type) @block
  (block (string_lit (template_literal) @label))
  (attribute . (identifier) @name (expression) @value)
`;

/** The outermost blocks of a fragment; where the hunk lacks a block's header, its title or `?` stands in. */
export const terraformBlocks = rememberFew(blocksOf);

/** `aws_s3_bucket.logs`, `module.vpc`: the block's address inside its folder. */
export function addressOf(block: Block): string {
  return block.type === "resource" ? block.labels.join(".") : [block.type, ...block.labels].join(".");
}

/** All blocks, the nested ones too, each with the names of those around it. */
export function* everyBlock(
  blocks: readonly Block[],
  around: readonly Block[] = [],
): Generator<[Block, readonly Block[]]> {
  for (const block of blocks) {
    yield [block, around];
    yield* everyBlock(block.blocks, [...around, block]);
  }
}

interface Open {
  readonly type: string;
  readonly labels: string[];
  readonly start: Capture;
  readonly attributes: Attribute[];
  readonly blocks: Open[];
}

function blocksOf(fragment: Fragment): Block[] {
  const { before, after } = missingBlocks(fragment);
  const text = [...before, textOf(fragment), ...after].join("\n");
  const roots: Open[] = [];
  const open: Open[] = [];
  let name = "";
  for (const capture of captures("terraform", text, query)) {
    while (open.length > 0 && isPast(capture, open.at(-1)?.start)) open.pop();
    const inner = open.at(-1);
    if (capture.name === "block") {
      const block: Open = {
        type: /^\s*([\w-]+)/.exec(capture.text)?.[1] ?? "",
        labels: [],
        start: capture,
        attributes: [],
        blocks: [],
      };
      (inner?.blocks ?? roots).push(block);
      open.push(block);
    } else if (capture.name === "label") inner?.labels.push(capture.text);
    else if (capture.name === "name") name = capture.text;
    else if (capture.name === "value" && inner) {
      const rows = fragment.slice(Math.max(0, capture.row - before.length), capture.endRow - before.length + 1);
      const first = rows[0];
      if (first)
        inner.attributes.push({ name, value: capture.text, line: first.number, changed: rows.some((r) => r.changed) });
    }
  }
  const closed = (block: Open): Block => {
    const line = fragment[block.start.row - before.length];
    return {
      type: block.type,
      labels: block.labels,
      line: line?.number ?? fragment[0]?.number ?? 1,
      changed: line?.changed ?? false,
      attributes: block.attributes,
      blocks: block.blocks.map(closed),
    };
  };
  return roots.map(closed);
}

function isPast(capture: Capture, block: Capture | undefined): boolean {
  if (!block || capture === block) return false;
  return capture.row > block.endRow || (capture.row === block.endRow && capture.column >= block.endColumn);
}

/** Headers and closing braces that lie outside the hunk. */
function missingBlocks(fragment: Fragment): { before: string[]; after: string[] } {
  const { code } = mask(fragment, "x.tf");
  let depth = 0;
  let missing = 0;
  for (const line of code)
    for (const char of line) {
      if (char === "{") depth++;
      else if (char === "}" && depth > 0) depth--;
      else if (char === "}") missing++;
    }
  const heading = headingOf(fragment);
  const inHeading =
    /^\w+(\s+"[^"]*")*\s*\{\s*$/.test(heading) && /^\s/.test(fragment.find((l) => l.text.trim() !== "")?.text ?? "");
  const unseen = inHeading && missing === 0 ? 1 : 0;
  const before = new Array<string>(missing + unseen).fill("unknown {");
  if (inHeading && before.length > 0) before[0] = heading;
  return { before, after: new Array<string>(depth + unseen).fill("}") };
}
