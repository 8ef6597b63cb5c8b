import { z } from "zod";
import { isDate, isZone, parseDays, parseHours } from "./calendar.js";
import { policyLimits } from "./limits.js";
import { foreignSyntax } from "./glob.js";
import { parsePattern } from "./pattern.js";
import { nearestWord } from "./problem.js";
import { parseWho, whoWords } from "./who.js";

/** The words that policies are made of: each is text that is checked on the spot, so that its error has a place. */
export const text = z.string().min(1).max(2000);
export const name = z.string().min(1).max(200);

export function oneOrMany<T extends z.ZodType>(item: T) {
  return z.union([item, z.array(item).min(1).max(policyLimits.listItems)]);
}

/** Text that a parser accepts; the parser's own words are the error. */
function checked(problem: (written: string) => string | Misspelt | null) {
  return z.string().superRefine((written, context) => {
    const found = problem(written);
    if (typeof found === "string") context.addIssue({ code: "custom", message: found });
    else if (found) context.addIssue({ code: "custom", message: found.message, params: { hint: found.hint } });
  });
}

interface Misspelt {
  readonly message: string;
  readonly hint: string;
}

export const who = checked((written) => {
  if (parseWho(written)) return null;
  const near = nearestWord(written, whoWords);
  const meant = parseWho(`@${written}`) && written.includes("/") ? `@${written}` : near;
  const hint =
    meant === undefined ? `write @login, @org/team, or one of ${whoWords.join(", ")}` : `did you mean \`${meant}\`?`;
  return { message: `\`${written}\` is nobody`, hint };
}).describe("@login, @org/team, a permission (write, maintain, admin), human, bot, agent, outsider, owners, author.");
export const whoList = oneOrMany(who);

const patternHelp = "A glob, or a regular expression between slashes (RE2).";

/** Matches titles, lines, labels. */
export const patternList = oneOrMany(
  checked((written) => {
    const flags = /^\/.+\/([gmsuy]|[gimsuy]{2,6})$/s.exec(written)?.[1];
    if (flags === undefined) return patternFault(written);
    return { message: `\`${written.slice(0, 80)}\`: there is no flag \`${flags}\``, hint: "only `/…/` and `/…/i`" };
  }).describe(patternHelp),
);

/** Matches paths. */
export const pathList = oneOrMany(
  checked((written) => {
    const foreign = /^\/.*\/i?$/s.test(written) ? null : foreignSyntax(written);
    return foreign === null ? patternFault(written) : `\`${written.slice(0, 80)}\`: ${foreign}`;
  }).describe(patternHelp),
);

function patternFault(written: string): string | Misspelt | null {
  const parsed = parsePattern(written);
  if (!("error" in parsed)) return null;
  const message = `\`${written.slice(0, 80)}\`: ${parsed.error}`;
  if (/\\[1-9]/.test(parsed.error)) return { message, hint: "RE2 knows no back-references: spell it out" };
  return /\(\?<?[!=]/.test(parsed.error) ? { message, hint: "RE2 knows no look-around: use `not:`" } : message;
}

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

export const zone = checked((z) => (isZone(z) ? null : `\`${z}\` is no time zone: write Europe/Berlin`));

export const timeSpan = z
  .strictObject({
    days: oneOrMany(checked((d) => (parseDays(d) ? null : `\`${d}\` is no day: write mon, mon-fri`))).optional(),
    hours: checked((h) => (parseHours(h) ? null : `\`${h}\` are no hours: write 09:00-17:00`)).optional(),
    from: date.optional(),
    to: date.optional(),
    zone: zone.optional(),
  })
  .describe("All parts must hold; without a zone, UTC.");

/** A check's name, or one that must come from a given app: any writer can set a status. */
export const check = z
  .union([name, z.strictObject({ name, app: name })])
  .describe("A check's name; with `app`, only as set by that app.");
