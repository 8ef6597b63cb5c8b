import { textMatches } from "../../policy/pattern.js";

import { dependsOn, sectionNamed } from "../body.js";
import { contributors } from "../contributors.js";
import type { Judged } from "../judged.js";
import { truthOf } from "../truth.js";
import { dependencyUpdate, worstLevel } from "../update.js";
import { listed, patternsText, type Found, type LeafOf } from "./found.js";

export function textFound(
  condition: LeafOf<"base" | "head" | "title" | "body" | "repository">,
  { pull, repo }: Judged,
): Found {
  const text = { base: pull.baseRef, head: pull.headRef, title: pull.title, body: pull.body, repository: repo.name }[
    condition.test
  ];
  const found = condition.test === "body" ? `${text.length} characters` : text;
  const what = `${condition.test}: ${patternsText(condition.patterns)}`;
  return { truth: truthOf(condition.patterns.some((p) => textMatches(p, text))), what, found };
}

export function sectionsFound({ names }: LeafOf<"sections">, { pull }: Judged): Found {
  const missing = names.filter((name) => (sectionNamed(pull.body, name) ?? "") === "");
  const found = missing.length === 0 ? "all there" : `without ${listed(missing)}`;
  return { truth: truthOf(missing.length === 0), what: `sections: ${names.join(", ")}`, found };
}

export function dependsFound({ is }: LeafOf<"depends">, { pull }: Judged): Found {
  const names = dependsOn(pull.body);
  return { truth: truthOf(names.length > 0 === is), what: `depends: ${is}`, found: listed(names) || "on nothing" };
}

/**
 * An update of dependencies as its bot describes it. It counts only when a bot opened it and nobody else committed to
 * it: a title proves nothing once somebody has pushed to the branch.
 */
export function updateFound(condition: LeafOf<"update">, judged: Judged): Found {
  const { names, levels, by } = condition;
  const what = `update: ${[...levels, ...names.map((n) => n.source), ...by].join(", ")}`;
  const update = dependencyUpdate(judged.pull);
  if (!update) return { truth: "false", what, found: "no update of a dependency" };
  const people = contributors(judged.pull);
  if (people.state !== "read") return { truth: "unknown", what, found: "commits could not be read" };
  const { author } = judged.pull;
  const others = [
    ...people.value.known.filter((l) => l.toLowerCase() !== author.login.toLowerCase()),
    ...people.value.unmapped,
  ];
  if (others.length > 0) return { truth: "false", what, found: `${listed(others)} committed to it too` };
  const level = worstLevel(update);
  const named = update.items.every((i) => names.length === 0 || names.some((p) => textMatches(p, i.name)));
  const holds = named && (levels.length === 0 || levels.includes(level)) && (by.length === 0 || by.includes(update.by));
  const items = update.items.map((i) => `${i.name} ${i.from ?? "?"} to ${i.to ?? "?"}`);
  return { truth: truthOf(holds), what, found: `${level}: ${listed(items)}` };
}
