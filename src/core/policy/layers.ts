import type { Read } from "../model/read.js";
import { many } from "./conditions.js";
import { problemsOf } from "./issues.js";
import { policyLimits } from "./limits.js";
import { nearestWord, type Problem } from "./problem.js";
import { policyShape, type RawPolicy } from "./schema.js";
import { readYaml, type YamlText } from "./yaml.js";

/** Texts that `extends` may name: shipped packs by their name, `OWNER/REPO` by that. */
export type ExtendedTexts = Readonly<Record<string, Read<string>>>;

/** Where `OWNER/.github` keeps what all of an owner's repositories may extend. */
export const organisationPolicyPath = "drumline.yml";

/** One policy text, read and checked for itself. */
export interface Layer {
  readonly name: string;
  readonly path: string;
  readonly raw: RawPolicy | null;
  readonly yaml: YamlText | null;
  readonly problems: readonly Problem[];
}
export interface ReadLayer extends Layer {
  readonly raw: RawPolicy;
  readonly yaml: YamlText;
}

/** `path` is for messages, `name` what another text calls it. */
export function readLayer(text: string, path: string, name = path): Layer {
  const { yaml, problems } = readYaml(text, path);
  if (!yaml) return { name, path, raw: null, yaml: null, problems };
  const value = yaml.value ?? {};
  const parsed = policyShape.safeParse(value);
  if (!parsed.success) {
    return {
      name,
      path,
      raw: null,
      yaml,
      problems: [...problems, ...problemsOf(parsed.error.issues, yaml, { path, root: policyShape })],
    };
  }
  return { name, path, raw: parsed.data, yaml, problems };
}

/** What a text extends, farthest first; problems of those texts are shown at the place that names them. */
export function readExtended(own: Layer, to: { extended: ExtendedTexts; problems: Problem[] }): Layer[] {
  const found: Layer[] = [];
  const visit = (layer: Layer, trail: readonly string[]): void => {
    for (const [i, name] of many(layer.raw?.extends).entries()) {
      const single = typeof layer.raw?.extends === "string";
      const at = { path: layer.path, ...placeIn(layer, single ? ["extends"] : ["extends", i]) };
      const problem = (message: string, hint?: string) =>
        to.problems.push({ ...at, message, ...(hint !== undefined && { hint }), severity: "error" });
      if (trail.includes(name)) {
        problem(`\`${name}\` extends itself, by way of ${[...trail, name].join(" -> ")}`);
        continue;
      }
      if (found.some((l) => l.name === name)) continue;
      if (found.length >= policyLimits.extended) {
        problem(`extends more than ${policyLimits.extended} texts (limit extended)`);
        return;
      }
      const read = to.extended[name] ?? { state: "absent" };
      if (read.state !== "read" && /\//.test(name) && !/^[\w.-]+\/\.github$/.test(name)) {
        problem(`\`${name}\` cannot be extended`, "a shipped pack's name, or OWNER/.github");
        continue;
      }
      if (read.state === "unreadable") problem(`\`${name}\` could not be read: ${read.why}`);
      else if (read.state === "absent") {
        const near = nearestWord(name, Object.keys(to.extended));
        problem(
          `there is no \`${name}\` to extend`,
          near !== undefined && near !== name ? `did you mean \`${near}\`?` : absentHint(name),
        );
      } else {
        const next = readLayer(read.value, name, name);
        for (const p of next.problems) problem(`\`${name}\` line ${p.line}: ${p.message}`, p.hint);
        visit(next, [...trail, name]);
        found.push(next);
      }
    }
  };
  visit(own, []);
  return found;
}

export function placeIn(layer: Layer, keys: readonly PropertyKey[]): { line: number; col: number } {
  return layer.yaml?.placeOf(keys) ?? { line: 1, col: 1 };
}

function absentHint(name: string): string {
  return name.includes("/")
    ? `put ${organisationPolicyPath} there, and let the app read that repository`
    : "a shipped pack's name, or OWNER/.github";
}
