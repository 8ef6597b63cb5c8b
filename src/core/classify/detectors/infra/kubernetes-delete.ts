import { yamlEntries } from "../../parsers/outline.js";
import { sidesOf } from "../../sides.js";
import type { Detector, DetectorContext, Hit, ReadFile } from "../../detector.js";
import { isManifestFile, objectsAfter, objectsBefore } from "./kubernetes-objects.js";
import type { KubernetesObject } from "./kubernetes-objects.js";

/** Kinds that take data with them. */
const holding: Readonly<Record<string, string>> = {
  PersistentVolumeClaim: "its volume goes with it unless the reclaim policy says Retain",
  PersistentVolume: "the link to the stored data goes with it",
  Namespace: "everything in it goes with it",
  CustomResourceDefinition: "every object of its kind goes with it",
  StatefulSet: "its volume claims go with it where they are owned by it",
  StorageClass: "volumes of the class can no longer be made",
};

/** Kinds made by operators that hold data: the custom resource is the database. */
const operated =
  /^(Postgres\w*|postgresql|Cluster|MySQL\w*|InnoDBCluster|Mongo\w*|PerconaServer\w*|PerconaXtraDB\w*|Elasticsearch|OpenSearchCluster|Kafka(Topic)?|Redis\w*|RabbitmqCluster|CassandraDatacenter|EtcdCluster|CephCluster|CephBlockPool|Vault|Tenant|ClickHouseInstallation|Database|RDSInstance|Bucket|DBInstance)$/;

export const kubernetesDelete: Detector = {
  id: "infra/kubernetes-delete",
  reads: "Kubernetes manifests that are no longer there",
  reversibility: "irreversible",
  hazard: "critical",
  why: "Whatever prunes (Argo CD, Flux, kubectl apply --prune) deletes the object with the data behind it.",
  remedy:
    "Set the volume's reclaim policy to Retain, exclude the object from pruning, take a backup, and delete by hand later.",
  source: "kubernetes.io, Persistent volumes: reclaiming; Argo CD, Prune=false; Namespaces",
  concerns: isManifestFile,
  detect: (file, context) => {
    if (/(^|\/)kustomization\.ya?ml$/.test(file.change.path)) return unlisted(file);
    const kept = keptObjects(context);
    return objectsBefore(file)
      .filter((o) => o.changed && !kept.has(identity(o)))
      .flatMap((o) => gone(file.change.path, o));
  },
};

/** What a kustomization no longer lists is pruned like what is gone. */
function unlisted(file: ReadFile): Hit[] {
  const entries = (side: "before" | "after") =>
    sidesOf(file)
      [side].flatMap(yamlEntries)
      .filter(
        (e) =>
          e.keys.at(-1) === "[]" && /^(resources|bases|components|\?)$/.test(e.keys.at(-2) ?? "?") && e.value !== null,
      );
  const kept = new Set(entries("after").map((e) => e.value));
  return entries("before")
    .filter((e) => e.changed && !kept.has(e.value))
    .map((e) => ({
      path: file.change.path,
      line: e.line,
      ...(!/pvc|persistent|volume|namespace|crd|statefulset|database|postgres|mysql|redis/i.test(e.value ?? "") && {
        reversibility: "recoverable" as const,
      }),
      why: `${e.value ?? ""} is no longer listed: what it describes is pruned.`,
    }));
}

function gone(path: string, object: KubernetesObject): Hit[] {
  const what = holding[object.kind] ?? (operated.test(object.kind) ? "the data it runs goes with it" : null);
  const hit = { path, line: object.line };
  const named = `${object.kind} ${object.name || "(name not shown)"} is gone`;
  if (what !== null) {
    const why = `${named}: ${what}.`;
    return [
      object.kind === "StorageClass"
        ? { ...hit, reversibility: "recoverable", hazard: "medium", why }
        : { ...hit, why },
    ];
  }
  if (/^(Secret|ExternalSecret|SealedSecret|Certificate|Ingress|Service|ServiceAccount)$/.test(object.kind))
    return [
      {
        ...hit,
        reversibility: "recoverable",
        hazard: "medium",
        why: `${named}: what depends on it stops until it is made again, with other values or another address.`,
      },
    ];
  return [];
}

const memo = new WeakMap<DetectorContext, Set<string>>();

/** Objects that the change leaves or puts somewhere: moving a manifest deletes nothing. */
function keptObjects(context: DetectorContext): Set<string> {
  const known = memo.get(context);
  if (known) return known;
  const made = new Set(
    context.files
      .filter((f) => isManifestFile(f.change) && f.change.status !== "removed")
      .flatMap((f) => objectsAfter(f).map(identity)),
  );
  memo.set(context, made);
  return made;
}

function identity(object: KubernetesObject): string {
  const namespace = object.entries.find((e) => e.keys.join(".") === "metadata.namespace")?.value ?? "";
  return [object.kind, namespace, object.name].join("\n");
}
