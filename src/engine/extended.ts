import type { RepoFacts } from "../core/facts/facts.js";
import { absent, unreadable, type Read } from "../core/model/read.js";
import { policyLimits } from "../core/policy/limits.js";
import { organisationPolicyPath } from "../core/policy/layers.js";
import { extendsNamed } from "../core/policy/parse.js";
import { shippedPacks } from "./packs.js";
import type { GitHubReader } from "./ports.js";

/** Every text that these extend, directly or through others; the parser says what is too many. */
export async function extendedTexts(reader: GitHubReader, texts: readonly string[]): Promise<RepoFacts["extended"]> {
  const extended: Record<string, Read<string>> = {};
  const waiting = texts.flatMap(extendsNamed);
  for (const name of waiting) {
    if (name in extended || Object.keys(extended).length > policyLimits.extended) continue;
    const text = await extendedText(reader, name);
    extended[name] = text;
    if (text.state === "read") waiting.push(...extendsNamed(text.value));
  }
  return extended;
}

/** A shipped pack by its name, or `OWNER/.github`'s policy. */
async function extendedText(reader: GitHubReader, name: string): Promise<Read<string>> {
  const [owner, repo] = name.split("/");
  if (repo === undefined) return shippedPacks()[name] ?? absent;
  if (repo !== ".github" || owner === undefined) return unreadable("only OWNER/.github may be extended");
  return await reader.organisationText(owner, organisationPolicyPath);
}
