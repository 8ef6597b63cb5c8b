import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

/** Pieces of pages that need nothing beside themselves: no request, no font, no server. */

export function uplotFile(name: "uPlot.min.css" | "uPlot.iife.min.js"): string {
  const folder = createRequire(import.meta.url)
    .resolve("uplot/package.json")
    .replace(/package\.json$/, "dist/");
  return readFileSync(`${folder}${name}`, "utf8");
}

/** JSON that can't end the script element. */
export function inScript(value: unknown): string {
  return JSON.stringify(value).replaceAll("<", "\\u003c");
}

export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}
