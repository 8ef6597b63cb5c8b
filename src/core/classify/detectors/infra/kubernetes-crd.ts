import type { Detector, Hit, ReadFile } from "../../detector.js";
import { lastKey, yamlEntries } from "../../parsers/outline.js";
import type { Entry } from "../../parsers/outline.js";
import { sidesOf } from "../../sides.js";
import { isManifestFile } from "./kubernetes-objects.js";

export const kubernetesCrd: Detector = {
  id: "infra/kubernetes-crd",
  reads: "versions of Kubernetes CustomResourceDefinitions",
  reversibility: "irreversible",
  hazard: "high",
  why: "Objects already stored under the old version cannot be read without it.",
  remedy:
    "Serve both versions, run a StorageVersionMigration, clear status.storedVersions, and drop the old version last.",
  source: "kubernetes.io, Versions in CustomResourceDefinitions; KEP-4192 StorageVersionMigration",
  concerns: (file) => isManifestFile(file) && file.status !== "added",
  detect: (file) => {
    // A hunk in the middle of a definition doesn't show its kind; `served` beside `storage` is known from nothing else.
    if (
      !file.lines.some(
        (l) =>
          /^\s*(-\s*)?(served|storage):\s*(true|false)/.test(l.text) || /^kind: CustomResourceDefinition/.test(l.text),
      )
    )
      return [];
    const now = new Map(versions(sidesOf(file).after.flatMap(yamlEntries)).map((v) => [v.name, v]));
    return versions(sidesOf(file).before.flatMap(yamlEntries)).flatMap((was) =>
      judged(file, { was, is: now.get(was.name) }),
    );
  },
};

interface Version {
  readonly name: string;
  readonly storage: boolean | null;
  readonly served: boolean | null;
  readonly line: number;
  /** Its name stands on a changed line. */
  readonly changed: boolean;
}

function judged(file: ReadFile, { was, is }: { was: Version; is: Version | undefined }): Hit[] {
  const hit = { path: file.change.path, line: is?.line ?? was.line };
  if (!is)
    return was.changed
      ? [{ ...hit, why: `Version ${was.name} is gone: objects stored under it can no longer be read.` }]
      : [];
  if (was.storage === true && is.storage === false)
    return [
      {
        ...hit,
        why: `Objects are no longer stored as ${was.name}: what is written from now on can't be read by the old version.`,
      },
    ];
  if (was.storage === false && is.storage === true)
    return [
      {
        ...hit,
        why: `Objects are stored as ${was.name} from now on; the version that was stored before can't read them.`,
      },
    ];
  if (was.served === true && is.served === false)
    return [
      {
        ...hit,
        reversibility: "recoverable",
        why: `Version ${was.name} is no longer served: its clients fail until it is.`,
      },
    ];
  return [];
}

/** The items of every `versions` list; one whose name lies outside the hunk is called by its place. */
function versions(entries: readonly Entry[]): Version[] {
  const out: { -readonly [K in keyof Version]: Version[K] }[] = [];
  let parent = -1;
  for (const e of entries) {
    const inVersions = e.keys.at(-2) === "versions" || e.keys.at(-2) === "?" || e.keys.length === 1;
    if (lastKey(e) === "[]" && inVersions) {
      out.push({ name: `?${out.length}`, storage: null, served: null, line: e.line, changed: false });
      parent = e.keys.length;
    }
    const last = out.at(-1);
    if (!last || e.keys.length !== parent + 1) continue;
    if (lastKey(e) === "name") Object.assign(last, { name: e.value ?? "", changed: e.changed });
    else if (lastKey(e) === "storage") last.storage = e.value === "true";
    else if (lastKey(e) === "served") last.served = e.value !== "false";
  }
  return out.filter((v) => v.storage !== null || v.served !== null);
}
