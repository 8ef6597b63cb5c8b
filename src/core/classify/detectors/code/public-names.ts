import type { FileChange } from "../../../model/change.js";
import type { DetectorContext } from "../../detector.js";
import { hasExports } from "../../parsers/exports.js";
import { fileName, isExamplePath, isTestPath, isVendoredPath } from "../../path-kinds.js";
import { removedLines } from "../../sides.js";

/** Which names have users outside the repository, as far as paths and the change itself tell. */

/** Programs, tests and what is marked internal have no users outside. */
export function isReachable(file: FileChange): boolean {
  const { path } = file;
  if (isTestPath(path) || isExamplePath(path) || isVendoredPath(path)) return false;
  if (/(^|\/)(_|\.)[^/]/.test(path.replace(/__init__\.py$/, ""))) return false;
  if (/^(setup|conftest|manage|wsgi|asgi|settings)\.py$|\.(config|stories)\.[cm]?[jt]s$/.test(fileName(path)))
    return false;
  return !/(^|\/)(internal|private|impl|cmd|bin|scripts?|tools?|ci|build|dev|app|apps|pages|routes?|views?|controllers?|handlers?|components|screens|migrations?|server|services?|web|frontend|backend|cli|docs?|website|devtools)\//.test(
    path,
  );
}

/** Where outsiders import from: what goes from here was meant for them, whoever else used it. */
export function isEntry(path: string): boolean {
  return (
    /^(index|main|mod|lib|api|public[-_]?api|__init__|exports?|types?)\.\w+$|\.d\.ts$|\.java$/.test(fileName(path)) ||
    /(^|\/)(include|public|api)\//.test(path)
  );
}

const uses = new WeakMap<DetectorContext, Map<string, Set<string>>>();

/** Words of removed lines by file: a name whose uses elsewhere in the change go with it had its users here. */
export function removedUses(context: DetectorContext): Map<string, Set<string>> {
  const known = uses.get(context);
  if (known) return known;
  const made = new Map<string, Set<string>>();
  for (const file of context.files) {
    if (!hasExports(file.change.path) || isTestPath(file.change.path)) continue;
    for (const line of removedLines(file))
      for (const [word] of line.text.matchAll(/[A-Za-z_]\w{2,}/g)) {
        const paths = made.get(word);
        if (paths) paths.add(file.change.path);
        else made.set(word, new Set([file.change.path]));
      }
  }
  uses.set(context, made);
  return made;
}
