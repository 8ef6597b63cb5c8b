import type { Detector, Hit, ReadFile } from "../../detector.js";
import { yamlEntries } from "../../parsers/outline.js";
import type { Entry } from "../../parsers/outline.js";
import { sidesOf } from "../../sides.js";
import { isManifestFile } from "./kubernetes-objects.js";

export const kubernetesStorage: Detector = {
  id: "infra/kubernetes-storage",
  reads: "reclaim policies, volume claims and persistence switches in Kubernetes manifests and Helm values",
  reversibility: "recoverable",
  hazard: "high",
  why: "From now on deleting the claim deletes the data.",
  remedy:
    "Keep `Retain` (or `helm.sh/resource-policy: keep`), copy the data to the new volume first, and delete the old one by hand.",
  source: "kubernetes.io, Persistent volumes: reclaiming; Helm docs, Tell Helm not to uninstall a resource",
  concerns: (file) => isManifestFile(file) && file.status === "modified",
  detect: (file) => {
    if (!file.lines.some((l) => l.kind !== "context" && interesting.test(l.text))) return [];
    const after = sidesOf(file).after.flatMap(yamlEntries);
    const now = new Map(after.map((e) => [e.keys.join("\n"), e]));
    return sidesOf(file)
      .before.flatMap(yamlEntries)
      .filter((e) => e.changed)
      .flatMap((e) => judged(file, { was: e, is: now.get(e.keys.join("\n")) }));
  },
};

const interesting =
  /reclaimPolicy|ReclaimPolicy|persistence|enabled|storageClass|volumeClaimTemplates|resource-policy|whenDeleted|whenScaled|claimName|emptyDir/i;

function judged(file: ReadFile, { was, is }: { was: Entry; is: Entry | undefined }): Hit[] {
  const name = was.keys.at(-1) ?? "";
  const hit = { path: file.change.path, line: is?.line ?? was.line };
  if (
    /^(persistentVolumeReclaimPolicy|reclaimPolicy|whenDeleted|whenScaled)$/.test(name) &&
    was.value === "Retain" &&
    is?.value !== "Retain"
  )
    return [{ ...hit, why: `${name} is no longer Retain: deleting the claim deletes the data.` }];
  if (name === "helm.sh/resource-policy" && was.value === "keep" && is === undefined) return [hit];
  if (
    name === "enabled" &&
    /persistence|persistent/i.test(was.keys.at(-2) ?? "") &&
    was.value === "true" &&
    is?.value === "false"
  )
    return [
      {
        ...hit,
        reversibility: "irreversible",
        hazard: "critical",
        why: "Persistence is switched off: the chart removes the claim, and the data goes with it.",
      },
    ];
  if (/^storageClass(Name)?$/.test(name) && is !== undefined && is.value !== was.value)
    return [
      {
        ...hit,
        why: "The storage class of a claim cannot change in place: the claim has to be made anew and the data copied.",
      },
    ];
  if (name === "claimName" && is !== undefined && is.value !== was.value)
    return [
      {
        ...hit,
        why: `The workload now uses the claim ${is.value ?? ""}: the data of ${was.value ?? ""} stays behind.`,
      },
    ];
  if (
    name === "persistentVolumeClaim" &&
    is === undefined &&
    file.lines.some((l) => l.kind === "added" && /emptyDir/.test(l.text))
  )
    return [
      { ...hit, reversibility: "irreversible", why: "The volume is replaced by one that is emptied at each restart." },
    ];
  return [];
}
