import type { Nodes } from "mdast";
import { fromMarkdown } from "mdast-util-from-markdown";
import { commandWords, type CommandWord } from "../policy/policy.js";
import type { Command, CommandError } from "./command.js";

/** GitHub's own limit on a comment, in characters. */
export const commentCharactersMax = 65_536;
/** More commands than this in one comment are not read. */
export const commandsMax = 20;

export interface ParsedComment {
  readonly commands: readonly Command[];
  readonly errors: readonly CommandError[];
}

/**
 * The commands in a comment: `@drumline NAME ARG…` or `/drumline NAME ARG…` at the start of a line (up to three
 * spaces before it). What Markdown shows as a quote or as code, and what HTML hides in a comment, holds none.
 * Arguments are parted by white space; double quotes keep words together.
 */
export function parseCommands(body: string): ParsedComment {
  if (body.length > commentCharactersMax) {
    return { commands: [], errors: [{ line: 1, message: `longer than ${commentCharactersMax} characters: not read` }] };
  }
  if (!/[@/]drumline/i.test(body)) return { commands: [], errors: [] };
  const hidden = hiddenRanges(body);
  const commands: Command[] = [];
  const errors: CommandError[] = [];
  let offset = 0;
  for (const [index, line] of body.split("\n").entries()) {
    const match = /^ {0,3}[@/]drumline(?![\w-])(.*)$/i.exec(line.replace(/\r$/, ""));
    if (match && !hidden.some(([from, to]) => offset >= from && offset < to)) {
      const parsed = commandIn(match[1] ?? "");
      if ("message" in parsed) errors.push({ line: index + 1, message: parsed.message });
      else if (commands.length < commandsMax) commands.push(parsed);
      else errors.push({ line: index + 1, message: `more than ${commandsMax} commands in one comment: not read` });
    }
    offset += line.length + 1;
  }
  return { commands, errors };
}

function commandIn(text: string): Command | { message: string } {
  const [first, ...args] = words(text);
  if (first === undefined) return { message: `say what to do: ${commandWords.join(", ")}` };
  const name = first.toLowerCase();
  if (!isCommandName(name))
    return { message: `"${name.slice(0, 40)}" is no command; there are ${commandWords.join(", ")}` };
  if ((name === "refuse" || name === "override" || name === "pause") && args.length === 0) {
    return { message: `${name} needs a reason: \`@drumline ${name} REASON\`` };
  }
  return { name, args };
}

export function isCommandName(name: string): name is CommandWord {
  return (commandWords as readonly string[]).includes(name);
}

function words(text: string): string[] {
  return [...text.matchAll(/"([^"]*)"|(\S+)/g)].map((m) => m[1] ?? m[2] ?? "");
}

type Range = readonly [from: number, to: number];

/** Offsets that hold quotes, code or hidden HTML. */
function hiddenRanges(body: string): Range[] {
  const out: Range[] = [];
  const visit = (node: Nodes): void => {
    const from = node.position?.start.offset ?? 0;
    const to = node.position?.end.offset ?? 0;
    if (node.type === "blockquote" || node.type === "code" || node.type === "inlineCode") out.push([from, to]);
    else if (node.type === "html") out.push(...hiddenInHtml(body.slice(from, to), from));
    else if ("children" in node) for (const child of node.children) visit(child);
  };
  visit(fromMarkdown(body));
  return out;
}

/** Comments in an HTML block, and elements that show code or quotes; other elements show their text as it is. */
function hiddenInHtml(html: string, at: number): Range[] {
  if (/^<(pre|code|blockquote|script|style|textarea)\b/i.test(html)) return [[at, at + html.length]];
  const out: Range[] = [];
  let from = html.indexOf("<!--");
  while (from >= 0) {
    const end = html.indexOf("-->", from + 4);
    out.push([at + from, end < 0 ? at + html.length : at + end + 3]);
    from = end < 0 ? -1 : html.indexOf("<!--", end + 3);
  }
  return out;
}
