import { z } from "zod";
import { isDate, isZone, parseDays, parseHours } from "./calendar.js";
import { policyLimits } from "./limits.js";
import { parsePattern } from "./pattern.js";
import { parseWho, whoWords } from "./who.js";

/** The words that policies are made of: each is text that is checked on the spot, so that its error has a place. */
export const text = z.string().min(1).max(2000);
export const name = z.string().min(1).max(200);

export function oneOrMany<T extends z.ZodType>(item: T) {
  return z.union([item, z.array(item).min(1).max(policyLimits.listItems)]);
}

/** Text that a parser accepts; the parser's own words are the error. */
function checked(problem: (written: string) => string | null) {
  return z.string().superRefine((written, context) => {
    const message = problem(written);
    if (message !== null) context.addIssue({ code: "custom", message });
  });
}

export const who = checked((written) =>
  parseWho(written) ? null : `\`${written}\` is nobody: write @login, @org/team, or one of ${whoWords.join(", ")}`,
).describe("@login, @org/team, a permission (write, maintain, admin), human, bot, agent, outsider, owners, author.");
export const whoList = oneOrMany(who);

export const pattern = checked((written) => {
  const parsed = parsePattern(written);
  return "error" in parsed ? `\`${written.slice(0, 80)}\`: ${parsed.error}` : null;
}).describe("A glob, or a regular expression between slashes (RE2).");
export const patternList = oneOrMany(pattern);

export const date = checked((written) => (isDate(written) ? null : `\`${written}\` is no date: write YYYY-MM-DD`));

export const comparison = z
  .union([
    z.number().min(0),
    checked((written) =>
      parseComparison(written) ? null : `\`${written}\` compares nothing: write a number, or "> 500", "<= 3"`,
    ),
  ])
  .describe('A number, or a comparison such as "> 500".');

export function parseComparison(written: string | number): { op: "<" | "<=" | "=" | ">=" | ">"; value: number } | null {
  const match = /^\s*(<=|>=|<|>|=)?\s*(\d+(?:\.\d+)?)\s*$/.exec(String(written));
  if (!match) return null;
  return { op: (match[1] ?? "=") as "<" | "<=" | "=" | ">=" | ">", value: Number(match[2]) };
}

export const timeSpan = z
  .strictObject({
    days: oneOrMany(checked((d) => (parseDays(d) ? null : `\`${d}\` is no day: write mon, mon-fri`))).optional(),
    hours: checked((h) => (parseHours(h) ? null : `\`${h}\` are no hours: write 09:00-17:00`)).optional(),
    from: date.optional(),
    to: date.optional(),
    zone: checked((z) => (isZone(z) ? null : `\`${z}\` is no time zone: write Europe/Berlin`)).optional(),
  })
  .describe("All parts must hold; without a zone, UTC.");

/** A check's name, or one that must come from a given app: any writer can set a status. */
export const check = z
  .union([name, z.strictObject({ name, app: name })])
  .describe("A check's name; with `app`, only as set by that app.");
