import { z } from "zod";
import { read, unreadable, type Read } from "../model/read.js";

/**
 * What a build system says a change affects, as CI reports it in the output text of a check: read as data, never run.
 * One of these, alone or in one fenced block:
 *
 *   {"targets": ["web", "api"]}                      Drumline's own
 *   ["web", "api"]                                   nx show projects --affected --json
 *   {"packages": ["web", "api"], "tasks": [...]}     turbo run build --affected --dry=json
 *   {"packages": {"items": [{"name": "web"}]}}       turbo ls --affected --output=json
 *   //web:app                                        bazel query, a label a line; its package is the target
 */

/** Targets of one change, before it counts as touching everything. */
export const targetsMax = 200;
/** Of one target's name, characters. */
export const targetNameMax = 200;
/** Of a report, characters: GitHub keeps no more of a check's text. */
export const reportCharsMax = 65_535;

/** Targets by name, sorted. A report that names none is no report: a build system that was asked wrongly says the same. */
export function readAffected(text: string): Read<readonly string[]> {
  if (text.length > reportCharsMax) return unreadable(`it is longer than ${reportCharsMax} characters`);
  const bare = unfenced(text.trim());
  const names = /^[[{]/.test(bare) ? fromJson(bare) : fromLabels(bare);
  if (typeof names === "string") return unreadable(names);
  const targets = [...new Set(names)].sort();
  if (targets.length === 0) return unreadable("it names no target");
  if (targets.length > targetsMax) return unreadable(`it names more than ${targetsMax} targets`);
  const wrong = targets.find((t) => t === "" || t.length > targetNameMax || /[\p{Cc}\p{Zl}\p{Zp}]/u.test(t));
  return wrong === undefined ? read(targets) : unreadable("it names a target that is no name");
}

function unfenced(text: string): string {
  return /^```[a-z]*\n([\s\S]*?)\n```$/.exec(text)?.[1]?.trim() ?? text;
}

const names = z.array(z.string());
const shapes = z.union([
  names,
  z.object({ targets: names }).transform((r) => r.targets),
  z.object({ projects: names }).transform((r) => r.projects),
  z.object({ packages: names }).transform((r) => r.packages),
  z
    .object({ packages: z.object({ items: z.array(z.object({ name: z.string() })) }) })
    .transform((r) => r.packages.items.map((i) => i.name)),
]);

function fromJson(text: string): readonly string[] | string {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return "it is no JSON";
  }
  const parsed = shapes.safeParse(body);
  return parsed.success ? parsed.data : "it is JSON of no form that is known";
}

/** Bazel's labels, one a line, by their packages: a file more in a package is no new target. */
function fromLabels(text: string): readonly string[] | string {
  const lines = text.split("\n").flatMap((line) => line.trim() || []);
  const packages = lines.map((line) => /^((?:@{1,2}[\w.+~-]*)?\/\/[^\s:]*)(?::[^\s]+)?$/.exec(line)?.[1]);
  return packages.every((p) => p !== undefined) ? packages : "a line of it is no label";
}
