import type { FileChange } from "../../../model/change.js";
import type { ReadFile } from "../../detector.js";
import { protoSymbols } from "../../parsers/protobuf.js";
import type { ProtoSymbol } from "../../parsers/protobuf.js";
import { isVendoredPath } from "../../path-kinds.js";
import { sidesOf } from "../../sides.js";

/** What the protobuf detectors share. */

export function isProto(file: FileChange): boolean {
  return file.path.endsWith(".proto") && !isVendoredPath(file.path) && !/(^|\/)testdata\//.test(file.path);
}

export function symbolsBefore(file: ReadFile): ProtoSymbol[] {
  return sidesOf(file).before.flatMap((f) => protoSymbols(f));
}

export function symbolsAfter(file: ReadFile): ProtoSymbol[] {
  return sidesOf(file).after.flatMap((f) => protoSymbols(f));
}

/** Scopes whose message itself is gone: what was inside went with it. */
export function goneScopes(file: ReadFile): Set<string> {
  const after = new Set(symbolsAfter(file).filter(isBlock).map(fullName));
  return new Set(
    symbolsBefore(file)
      .filter((s) => isBlock(s) && s.changed && !after.has(fullName(s)))
      .map(fullName),
  );
}

export function isInside(scope: string, scopes: ReadonlySet<string>): boolean {
  const parts = scope.split(".");
  return parts.some((_, i) => scopes.has(parts.slice(0, i + 1).join(".")));
}

export function fullName(symbol: ProtoSymbol): string {
  return symbol.scope === "" ? symbol.name : `${symbol.scope}.${symbol.name}`;
}

function isBlock(symbol: ProtoSymbol): boolean {
  return symbol.kind === "message" || symbol.kind === "enum" || symbol.kind === "service";
}

/** Whether a `reserved` statement of the scope covers the number. */
export function isReserved(symbols: readonly ProtoSymbol[], scope: string, number: number): boolean {
  return symbols
    .filter((s) => s.kind === "reserved" && s.name === "reserved" && s.scope === scope)
    .some((s) =>
      s.type.split(",").some((range) => {
        const m = /^\s*(-?\s?\d+)(?:\s+to\s+(-?\s?\d+|max))?\s*$/.exec(range);
        const from = Number(m?.[1]?.replace(/\s/g, ""));
        const to = m?.[2] === "max" ? Infinity : Number(m?.[2]?.replace(/\s/g, "") ?? from);
        return m !== null && from <= number && number <= to;
      }),
    );
}
