import type { Parameter, ParameterStyle } from "../../parsers/parameters.js";
import type { Signature } from "../../parsers/signatures.js";

/** Why callers of the old form can't use the new one, in words that follow the name; null when they can. */
export function breakOf(was: Signature, { is, style }: { is: Signature; style: ParameterStyle }): string | null {
  if (was.kind !== is.kind) return "is another kind of thing now";
  if (was.kind === "variant") return null;
  if (was.kind === "field") return fieldBreak(was, is);
  const named = style === "python" || style === "ruby";
  const given = named ? namedBreak(was, { is, style }) : placedBreak(was, { is, style });
  return given ?? resultBreak(was, { is, style });
}

function fieldBreak(was: Signature, is: Signature): string | null {
  const grown = was.type.startsWith("struct{") && is.type.startsWith("struct{");
  if (was.type !== is.type && !grown && !isWider(was.type, is.type) && was.type.replace("|undefined", "") !== is.type)
    return `is ${is.type || "untyped"} now, not ${was.type}`;
  if (was.optional !== is.optional) return is.optional ? "may be missing now" : "must be there now";
  return null;
}

function resultBreak(was: Signature, { is, style }: { is: Signature; style: ParameterStyle }): string | null {
  if (was.type === is.type || style === "ruby") return null;
  const annotated = style === "python" || style === "typescript";
  if (annotated && (was.type === "" || is.type === "" || isWider(is.type, was.type))) return null;
  return `gives back ${is.type || "nothing"} now, not ${was.type || "nothing"}`;
}

/** Parameters are told apart by their place. */
function placedBreak(was: Signature, { is, style }: { is: Signature; style: ParameterStyle }): string | null {
  const now = is.parameters;
  for (const [i, p] of was.parameters.entries()) {
    const q = now[i] ?? (now.at(-1)?.rest === true ? now.at(-1) : undefined);
    if (!q) return `no longer takes ${p.name || `argument ${i + 1}`}`;
    if (p.type !== q.type && !(q.rest && !p.rest) && !accepts(q, { p, style }))
      return `takes ${q.name} as ${q.type || "anything"} now, not ${p.type || "anything"}`;
    if (p.optional && !q.optional) return `needs ${q.name} now`;
  }
  const more = now.slice(was.parameters.length).find((q) => !q.optional);
  return more ? `needs ${more.name || "one argument more"} now` : null;
}

function accepts(q: Parameter, { p, style }: { p: Parameter; style: ParameterStyle }): boolean {
  return style === "typescript" && (p.type === "" || q.type === "" || isWider(p.type, q.type));
}

/** Parameters may be given by name (Python) or by place and keyword (Ruby). */
function namedBreak(was: Signature, { is, style }: { is: Signature; style: ParameterStyle }): string | null {
  const placed = (s: Signature) => s.parameters.filter((p) => !p.keyword && !p.rest);
  const rest = is.parameters.some((p) => p.rest && !p.keyword);
  const options =
    is.parameters.some((p) => p.rest && p.keyword) || (style === "python" && is.parameters.some((p) => p.rest));
  const then = placed(was);
  const now = placed(is);
  if (now.length < then.length && !rest) {
    const lost = then.find((p) => !is.parameters.some((q) => q.name === p.name)) ?? then.at(-1);
    return `no longer takes ${lost?.name ?? "an argument"}`;
  }
  const needed = (list: readonly Parameter[]) => list.filter((p) => !p.optional).length;
  if (needed(now) > needed(then)) return `needs ${now.filter((p) => !p.optional).at(-1)?.name ?? "more"} now`;
  if (style === "python") {
    const moved = then.find((p, i) => now[i]?.name !== p.name);
    if (moved && !(rest && now.length < then.length)) return `takes ${moved.name} by another name or place`;
  }
  const known = new Map(is.parameters.map((p) => [p.name, p]));
  for (const p of was.parameters.filter((q) => q.keyword && !q.rest)) {
    const q = known.get(p.name);
    if (!q && !options) return `no longer takes ${p.name}`;
    if (q && p.optional && !q.optional) return `needs ${q.name} now`;
  }
  const before = new Set(was.parameters.map((p) => p.name));
  const demanded = is.parameters.find((p) => p.keyword && !p.optional && !before.has(p.name));
  return demanded ? `needs ${demanded.name} now` : null;
}

/** Longer types are not compared part by part. */
const typeCharsMax = 1_000;

/**
 * Whether the second type takes all that the first one does, as far as it can be told from the text: a union or an
 * object that only grew, or a type that got a name.
 */
function isWider(narrow: string, wide: string): boolean {
  if (narrow === wide) return true;
  if (narrow.length > typeCharsMax || wide.length > typeCharsMax) return false;
  if (narrow.startsWith("{") && /^[\w$.]+(?:<.*>)?$/.test(wide)) return true;
  const [a, b] = [insideOf(narrow), insideOf(wide)];
  if (a && b && a.head === b.head) return a.head === "{" ? hasGrown(a.inside, b.inside) : isWider(a.inside, b.inside);
  const taken = new Set(wide.split("|"));
  return narrow.split("|").every((t) => taken.has(t));
}

/** An object's text, or what is promised or listed: such types are as wide as what is in them. */
function insideOf(type: string): { head: string; inside: string } | null {
  const object = /^\{(.*)\}$/.exec(type);
  if (object) return { head: "{", inside: object[1] ?? "" };
  const generic =
    /^(Promise|Array|ReadonlyArray|Iterable|AsyncIterable|Awaitable|Optional|list|List|Iterator)[<[](.*)[>\]]$/.exec(
      type,
    );
  return generic ? { head: generic[1] ?? "", inside: generic[2] ?? "" } : null;
}

/** All members are there as they were; those that came may be left out. */
function hasGrown(before: string, after: string): boolean {
  const members = (text: string) => text.split(/[,;](?![^<({[]*[>)}\]])/).filter((m) => m !== "");
  const now = new Set(members(after));
  const then = new Set(members(before));
  return [...then].every((m) => now.has(m)) && [...now].every((m) => then.has(m) || /^[\w$]+\?:/.test(m));
}
