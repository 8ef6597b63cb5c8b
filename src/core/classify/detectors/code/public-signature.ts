import type { Detector, Hit, ReadFile } from "../../detector.js";
import type { FileChange } from "../../../model/change.js";
import type { ParameterStyle } from "../../parsers/parameters.js";
import { mentions } from "../../parsers/changed-code.js";
import { signatures, styleOf, type Signature } from "../../parsers/signatures.js";
import { sidesOf } from "../../sides.js";
import { isEntry, isReachable, isUsedInside } from "./public-names.js";
import { breakOf } from "./signature-breaks.js";

export const publicSignature: Detector = {
  id: "code/public-signature",
  reads: "parameters, results and members of public functions and types, in the languages of code/public-export",
  reversibility: "recoverable",
  hazard: "medium",
  why: "Code outside this repository that calls it the old way stops building or running.",
  remedy:
    "Add a new function or an optional parameter beside the old form, deprecate that, and remove it in a major version.",
  source: "semver.org, rule 8; griffe, breakage kinds; japicmp; cargo-semver-checks; API Extractor",
  concerns: (file) => styleOf(file.path) !== null && file.status === "modified" && isReachable(file),
  detect: (file, context) => {
    const { path } = file.change;
    const style = styleOf(path);
    if (style === null || !touchesDeclaration(file) || file.lines.some((l) => /^package main\b/.test(l.text)))
      return [];
    const broken = breaks(file, style);
    if (broken.length === 0) return [];
    const inside = (name: string) => !isEntry(path) && isUsedInside(name, { path, context });
    return broken
      .filter((b) => !inside(b.name.split(".").at(-1) ?? "") && (style !== "typescript" || isReached(b.name, path)))
      .map((b) => hit(file.change, b));
  },
};

/**
 * A package of JavaScript is entered by few of its files. A function is told to be public by its `export`; members of
 * a type, which most of a package's own files pass around, only where outsiders import from.
 */
function isReached(name: string, path: string): boolean {
  return !name.includes(".") || isEntry(path);
}

interface Broken {
  readonly name: string;
  readonly line: number;
  readonly why: string;
}

function hit(change: FileChange, { line, why }: Broken): Hit {
  return { path: change.path, line, why };
}

const declares = /\b(?:function|constructor|def|func|fn|interface|class|struct|trait|enum|impl|public|export)\b/;

/** Cheap look before parsing: a changed line with what parameters, fields and results are written with. */
function touchesDeclaration(file: ReadFile): boolean {
  if (!mentions(file, declares)) return false;
  if (file.lines.some((l) => l.kind === "removed" && /[():]|^\s*[A-Z]\w*,?$|^\t[A-Z]|\bpub\b/.test(l.text)))
    return true;
  return mentions(file, /\binterface\s*\{|\btrait\s+\w/);
}

function breaks(file: ReadFile, style: ParameterStyle): Broken[] {
  const { path } = file.change;
  const before = sidesOf(file).before.flatMap((f) => signatures(f, path));
  if (!before.some((s) => s.changed))
    return missingMembers(
      before,
      sidesOf(file).after.flatMap((f) => signatures(f, path)),
    );
  const after = sidesOf(file).after.flatMap((f) => signatures(f, path));
  const changed = changedMembers(before, { after, style, losesType: (owner) => losesType(file, owner) });
  return [...changed, ...missingMembers(before, after)];
}

interface Against {
  readonly after: readonly Signature[];
  readonly style: ParameterStyle;
  readonly losesType: (name: string) => boolean;
}

/** The type itself is gone, which code/public-export says once for all its members. */
function losesType(file: ReadFile, name: string): boolean {
  const declares = (text: string) =>
    /\b(class|interface|struct|enum|trait|type|module|record|impl)\b/.test(text) && text.split(/\W+/).includes(name);
  const kinds = file.lines.filter((l) => declares(l.text)).map((l) => l.kind);
  return kinds.includes("removed") && !kinds.includes("added");
}

/** Declarations of one name are paired in their order, those that are the same on both sides left out. */
function changedMembers(before: readonly Signature[], { after, style, losesType }: Against): Broken[] {
  const names = new Set(before.filter((s) => s.changed).map((s) => s.name));
  return [...names].flatMap((name) => {
    const then = before.filter((s) => s.name === name);
    const now = after.filter((s) => s.name === name);
    const gone = then.filter((s) => s.changed && !now.some((o) => breakOf(s, { is: o, style }) === null));
    const come = now.filter((o) => !then.some((s) => breakOf(s, { is: o, style }) === null));
    return gone.flatMap((s, i) => {
      const is = come[i] ?? now.at(-1);
      if (is) {
        const what = breakOf(s, { is, style });
        return what === null ? [] : [{ name, line: is.line, why: `${name} ${what}.` }];
      }
      // A type without a constructor of its own has one all the same.
      return ownerOf(s) !== "" && !/\.(?:__init__|constructor|initialize)$/.test(name) && !losesType(ownerOf(s))
        ? [{ name, line: s.line, why: `${name} can no longer be used from outside.` }]
        : [];
    });
  });
}

/** What others implement asks for more than it did. */
function missingMembers(before: readonly Signature[], after: readonly Signature[]): Broken[] {
  const known = new Set(before.map((s) => s.name));
  const owners = new Set(before.map(ownerOf));
  return after
    .filter((s) => s.changed && s.demanded && !known.has(s.name) && owners.has(ownerOf(s)))
    .map((s) => ({ name: s.name, line: s.line, why: `${s.name} is new and must be there: implementations lack it.` }));
}

function ownerOf(s: Signature): string {
  return s.name.slice(0, Math.max(0, s.name.lastIndexOf(".")));
}
