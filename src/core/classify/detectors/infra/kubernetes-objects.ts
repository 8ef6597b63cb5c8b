import type { FileChange } from "../../../model/change.js";
import type { ReadFile } from "../../detector.js";
import { yamlEntries } from "../../parsers/outline.js";
import type { Entry } from "../../parsers/outline.js";
import { isTestPath, isWorkflowPath } from "../../path-kinds.js";
import { sidesOf } from "../../sides.js";

/** What the Kubernetes detectors share: the objects that a file of manifests describes. */

export interface KubernetesObject {
  readonly kind: string;
  readonly name: string;
  readonly line: number;
  /** Its `kind` stands on a changed line. */
  readonly changed: boolean;
  readonly entries: readonly Entry[];
}

export function isManifestFile(file: FileChange): boolean {
  return (
    /\.ya?ml$/.test(file.path) &&
    !isTestPath(file.path) &&
    !isWorkflowPath(file.path) &&
    !/(^|\/)(docker-)?compose[^/]*\.ya?ml$/.test(file.path)
  );
}

export function objectsBefore(file: ReadFile): KubernetesObject[] {
  return objects(file, "before");
}

export function objectsAfter(file: ReadFile): KubernetesObject[] {
  return objects(file, "after");
}

function objects(file: ReadFile, side: "before" | "after"): KubernetesObject[] {
  return sidesOf(file)[side].flatMap((fragment) => {
    // Cheap look first: most YAML holds no manifest, and parsing it costs a thousand times as much.
    if (!fragment.some((l) => /^\s*(kind|-?\s*kind):/.test(l.text))) return [];
    const byDocument = new Map<number, Entry[]>();
    for (const e of yamlEntries(fragment)) {
      const entries = byDocument.get(e.document);
      if (entries) entries.push(e);
      else byDocument.set(e.document, [e]);
    }
    return [...byDocument.values()].flatMap(objectOf);
  });
}

function objectOf(entries: readonly Entry[]): KubernetesObject[] {
  const kind = entries.find((e) => e.keys.length === 1 && e.keys[0] === "kind" && e.value !== null);
  if (!kind?.value) return [];
  const name = entries.find((e) => e.keys.join(".") === "metadata.name")?.value ?? "";
  return [{ kind: kind.value, name, line: kind.line, changed: kind.changed, entries }];
}
