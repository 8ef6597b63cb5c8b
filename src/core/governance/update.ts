import type { PullFacts } from "../facts/facts.js";
import type { UpdateLevel } from "../policy/policy.js";

/** What an update of dependencies says about itself. */
export interface DependencyUpdate {
  readonly by: "dependabot" | "renovate" | "other";
  readonly items: readonly UpdatedItem[];
}

export interface UpdatedItem {
  readonly name: string;
  readonly from: string | null;
  readonly to: string | null;
}

const itemsMax = 200;

/**
 * Reads the titles and bodies that Dependabot ("Bump x from 1.2.3 to 1.2.4", "Updates `x` from … to …") and Renovate
 * ("Update dependency x to v2", tables with `1.2.3` -> `1.2.4`) write. Null when a person opened it, or it is no update.
 */
export function dependencyUpdate({ author, title, body }: PullFacts): DependencyUpdate | null {
  if (author.kind !== "bot") return null;
  const login = author.login.toLowerCase();
  const by = login.includes("dependabot") ? "dependabot" : login.includes("renovate") ? "renovate" : "other";
  const listed = body.split("\n").flatMap(itemOfLine).slice(0, itemsMax);
  const titled = itemOfTitle(title);
  if (listed.length === 0) return titled ? { by, items: [titled] } : null;
  return titled || updateTitle.test(title) ? { by, items: listed } : null;
}

/** The greatest step among the items; `unknown` is greater than all, for nobody knows. */
export function worstLevel({ items }: DependencyUpdate): UpdateLevel {
  const order: readonly UpdateLevel[] = ["unknown", "major", "minor", "digest", "patch"];
  const found = items.map(levelOf);
  return order.find((level) => found.includes(level)) ?? "unknown";
}

/** By semantic versioning; below 1.0.0 a minor step may break, and counts as major. */
export function levelOf({ from, to }: UpdatedItem): UpdateLevel {
  const [a, b] = [versionOf(from), versionOf(to)];
  if (!a || !b) return isDigest(from) && isDigest(to) ? "digest" : "unknown";
  if (a.major !== b.major) return "major";
  if (a.minor !== b.minor) return a.major === 0 ? "major" : "minor";
  return "patch";
}

function versionOf(text: string | null): { major: number; minor: number } | null {
  const match = /^[v^~=]*(\d{1,9})(?:\.(\d{1,9}))?(?:\.\d{1,9})*(?:[-+].*)?$/.exec(text ?? "");
  // A pre-release may differ from the next in anything.
  if (!match || /-/.test(text ?? "")) return null;
  return { major: Number(match[1]), minor: Number(match[2] ?? 0) };
}

function isDigest(text: string | null): boolean {
  return text !== null && /^[0-9a-f]{7,64}$/.test(text);
}

const updateTitle = /^(?:[\w-]+(?:\([^)]{0,50}\))?!?: )?(?:bump|update|pin|lock file)\b/i;

/** The one dependency of a title. */
function itemOfTitle(title: string): UpdatedItem | null {
  const bump =
    /\bbump (\S+) from (\S+) to (\S+)/i.exec(title) ?? /\bupdate (\S+) requirement from (\S+) to (\S+)/i.exec(title);
  if (bump) return item(bump[1], bump[2], bump[3]);
  const renovate =
    /\bupdate (?:dependency |module |plugin )?(\S+)(?: action| docker tag| digest| monorepo)? to (\S+)/i.exec(title);
  return renovate ? item(renovate[1], undefined, renovate[2]) : null;
}

/** A line of a body that names one update. */
function itemOfLine(line: string): UpdatedItem[] {
  if (line.length > 2000) return [];
  const dependabot = /^(?:Updates|Bumps) (?:\[?`?)([^\s`\]]+)(?:`?\]?)(?:\([^)]*\))? from (\S+) to (\S+?)\.?$/.exec(
    line.trim(),
  );
  if (dependabot) return [item(dependabot[1], dependabot[2], dependabot[3])];
  const arrow = /^\| *\[?([^\s\]|]+)\]?[^|]*\|[^`]*`([^`]+)` *(?:->|→) *`([^`]+)`/.exec(line);
  return arrow ? [item(arrow[1], arrow[2], arrow[3])] : [];
}

function item(name: string | undefined, from: string | undefined, to: string | undefined): UpdatedItem {
  const bare = (text: string | undefined) => text?.replaceAll("`", "") ?? null;
  return { name: bare(name) ?? "", from: bare(from), to: bare(to) };
}
