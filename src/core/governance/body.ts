import type { Nodes, RootContent } from "mdast";
import { fromMarkdown } from "mdast-util-from-markdown";

/** Longer descriptions than GitHub takes are read up to here. */
const bodyMax = 65_536;

/**
 * The text under a heading of a description; null when there is no such heading, "" when nothing stands under it.
 * Read as Markdown: a heading inside a code block is none, and HTML comments (a template's hints) say nothing.
 */
export function sectionNamed(body: string, name: string): string | null {
  const content = blocks(body);
  const wanted = plainHeading(name);
  const start = content.findIndex((node) => node.type === "heading" && plainHeading(textOf(node)) === wanted);
  const heading = content[start];
  if (heading?.type !== "heading") return null;
  const rest = content.slice(start + 1);
  const end = rest.findIndex((node) => node.type === "heading" && node.depth <= heading.depth);
  const under = end < 0 ? rest : rest.slice(0, end);
  return under.map(textOf).join("\n").trim();
}

/** The last description read: a change is asked about its sections several times in a row. */
let last: { readonly body: string; readonly content: readonly RootContent[] } = { body: "", content: [] };

function blocks(body: string): readonly RootContent[] {
  if (last.body !== body) last = { body, content: fromMarkdown(body.slice(0, bodyMax)).children };
  return last.content;
}

function plainHeading(text: string): string {
  const trimmed = text.trim().toLowerCase();
  return trimmed.endsWith(":") ? trimmed.slice(0, -1).trim() : trimmed;
}

/** What a reader sees: text and code, pictures by their address; no HTML comments. */
function textOf(node: Nodes): string {
  if (node.type === "html") return node.value.startsWith("<!--") ? "" : node.value;
  if (node.type === "image") return node.url;
  if ("value" in node) return node.value;
  const separator = node.type === "paragraph" || node.type === "heading" ? "" : "\n";
  return "children" in node ? node.children.map(textOf).join(separator) : "";
}

/**
 * Does it name an issue: `#12`, `owner/repo#12`, an issue's address, or a tracker's key such as `ABC-12`? What it
 * depends on is another change, and not what it is for.
 */
export function linksIssue(body: string): boolean {
  const lines = blocks(body).map(textOf).join("\n").split("\n");
  const text = lines.filter((line) => !dependsLine.test(line)).join("\n");
  return (
    /(?:^|[\s([/\w.-])#\d+\b/m.test(text) ||
    /\/issues\/\d+\b/.test(text) ||
    /\b[A-Z][A-Z0-9]+-\d+\b/.test(text) ||
    linked(body)
  );
}

/** Addresses of links don't show in the text. */
function linked(body: string): boolean {
  return /\]\(https?:\/\/[^\s)]{1,300}\/issues\/\d+/.test(body);
}

const dependsLine = /^\s*depends[- ]on:?\s+(.{1,500})$/i;

/** The changes that a `Depends-On:` line names, as written. */
export function dependsOn(body: string): readonly string[] {
  return blocks(body)
    .map(textOf)
    .join("\n")
    .split("\n")
    .flatMap((line) => {
      const match = dependsLine.exec(line);
      return match ? (match[1] ?? "").split(/[\s,]+/).filter((word) => /#\d+$|\/pull\/\d+$/.test(word)) : [];
    });
}
