import type { FileChange } from "../../../model/change.js";
import type { DetectorContext } from "../../detector.js";
import { hasExports } from "../../parsers/exports.js";
import { fileName, isExamplePath, isTestPath, isVendoredPath } from "../../path-kinds.js";

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

/** The one file whose removed lines say the word; null for several. */
type Uses = ReadonlyMap<string, string | null>;

const uses = new WeakMap<DetectorContext, Uses>();

/** Whether uses of a name elsewhere in the change go with it: then it had its users here, not outside. */
export function isUsedInside(name: string, { path, context }: { path: string; context: DetectorContext }): boolean {
  const by = removedUses(context).get(name);
  return by !== undefined && by !== path;
}

function removedUses(context: DetectorContext): Uses {
  const known = uses.get(context);
  if (known) return known;
  const made = new Map<string, string | null>();
  for (const { change, lines } of context.files.filter(
    (f) => hasExports(f.change.path) && !isTestPath(f.change.path),
  )) {
    for (const line of lines) {
      if (line.kind !== "removed") continue;
      for (const [word] of line.text.matchAll(/[A-Za-z_]\w{2,}/g))
        made.set(word, !made.has(word) || made.get(word) === change.path ? change.path : null);
    }
  }
  uses.set(context, made);
  return made;
}
