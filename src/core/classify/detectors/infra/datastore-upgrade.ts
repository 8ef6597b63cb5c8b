import type { FileChange } from "../../../model/change.js";
import type { Detector, Hit, ReadFile } from "../../detector.js";
import { addedCode, removedCode } from "../../parsers/changed-code.js";
import type { CodeLine } from "../../parsers/changed-code.js";
import { addressOf } from "../../parsers/terraform.js";
import { isCiPath, isDocsPath, isExamplePath, isTestPath } from "../../path-kinds.js";
import { changedSettings, isTerraform } from "./terraform-files.js";

const stores =
  "postgres(?:ql)?|postgis|timescaledb|mysql|mariadb|percona(?:-server)?|mongo(?:db)?|redis|valkey|etcd|cassandra|scylla|elasticsearch|opensearch|kibana|solr|kafka|cp-kafka|zookeeper|rabbitmq|clickhouse(?:-server)?|couchdb|couchbase|neo4j|influxdb|cockroach|minio|consul|vault|gitlab-ce|gitlab-ee|keycloak|mssql|server|vitess|tidb|tikv|pd|qdrant|weaviate|milvus|meilisearch|typesense|nats";
const image = new RegExp(`(?:^|[\\s"'/=])(?:[\\w.-]+(?::\\d+)?/)*(${stores})(?:-[\\w]+)?:v?(\\d+)((?:\\.\\d+)*)`, "i");

export const datastoreUpgrade: Detector = {
  id: "infra/datastore-upgrade",
  reads: "versions of databases, queues and search engines in Terraform, Compose, Kubernetes and Helm",
  reversibility: "irreversible",
  hazard: "high",
  why: "A major version rewrites the data files; the old version cannot read them again.",
  remedy:
    "Back up, upgrade a replica first, keep the old one until the new one has held, and go back by restoring the backup.",
  source: "kubernetes#108389 (etcd downgrade); PostgreSQL docs, pg_upgrade; MySQL docs, Downgrading",
  concerns: (file) => file.status === "modified" && isDeployed(file),
  detect: (file) => (isTerraform(file.change) ? engines(file) : images(file)),
};

/** A container that lives for one test run holds nothing. */
function isDeployed(file: FileChange): boolean {
  const { path } = file;
  if (
    isTestPath(path) ||
    isDocsPath(path) ||
    isCiPath(path) ||
    isExamplePath(path) ||
    /(^|[/._-])(ci|test|tests|testing|e2e|local|dev|development|devcontainer)([/._-])/.test(path)
  )
    return false;
  return (
    isTerraform(file) ||
    /\.(ya?ml|json|env|nomad|hcl|sh)$/.test(path) ||
    /(^|\/)(Dockerfile|Containerfile)[^/]*$/.test(path) ||
    /(^|\/)\.env/.test(path)
  );
}

function engines(file: ReadFile): Hit[] {
  return changedSettings(file).flatMap((s): Hit[] => {
    const name = s.path.at(-1) ?? "";
    const type = s.of.labels[0] ?? "";
    const store =
      /db_|rds|elasticache|sql|opensearch|elasticsearch|docdb|neptune|msk|cosmos|redis|mq_broker|memorydb|spanner|mongodb|alloydb/.test(
        type,
      );
    if (
      !store ||
      !/^(engine_version|database_version|version|kafka_version|elasticsearch_version|redis_version|mongo_db_major_version)$/.test(
        name,
      )
    )
      return [];
    const before = majorOf(s.before);
    const after = majorOf(s.after);
    if (before === null || after === null || before === after) return [];
    return [
      {
        path: file.change.path,
        line: s.line,
        why: `${addressOf(s.of)}: ${name} goes from ${before} to ${after}; the old version cannot read the data again.`,
      },
    ];
  });
}

function images(file: ReadFile): Hit[] {
  const before = new Map(removedCode(file).flatMap(imaged));
  return [...tagged(file), ...byImage(file, before)];
}

const named = new RegExp(`^\\s*-?\\s*(?:repository|image|name)\\s*:\\s*["']?(?:[\\w.-]+/)*(${stores})\\b`, "i");
const tag = /^\s*(?:tag|imageTag|appVersion)\s*:\s*["']?v?(\d[\w.-]*)/;
/** Lines between an image's name and its tag in Helm values. */
const nearLines = 5;

/** Helm values name the image and its tag on lines of their own. */
function tagged(file: ReadFile): Hit[] {
  if (!/\.ya?ml$/.test(file.change.path)) return [];
  return file.lines.flatMap((line, i): Hit[] => {
    const now = line.kind === "added" ? tag.exec(line.text)?.[1] : undefined;
    if (now === undefined) return [];
    const near = file.lines.slice(Math.max(0, i - nearLines), i + nearLines);
    const was = near
      .filter((l) => l.kind === "removed")
      .map((l) => tag.exec(l.text)?.[1])
      .find((t) => t !== undefined);
    const store = near.map((l) => named.exec(l.text)?.[1]).find((n) => n !== undefined);
    if (was === undefined || store === undefined || majorOf(was, store) === majorOf(now, store)) return [];
    return [
      {
        path: file.change.path,
        line: line.number,
        why: `${store} goes from ${was} to ${now}; the old version cannot read the data again.`,
      },
    ];
  });
}

function byImage(file: ReadFile, before: ReadonlyMap<string, string>): Hit[] {
  return addedCode(file).flatMap((line) => {
    const [now] = imaged(line);
    const was = now && before.get(now[0]);
    if (!now || was === undefined || was === now[1]) return [];
    return [
      {
        path: file.change.path,
        line: line.number,
        why: `${now[0]} goes from ${was} to ${now[1]}; the old version cannot read the data again.`,
      },
    ];
  });
}

function imaged(line: CodeLine): [string, string][] {
  const m = image.exec(line.uncommented);
  if (!m?.[1] || !m[2]) return [];
  const name = m[1].toLowerCase();
  if (/^(server|pd)$/.test(name) && !/mssql|tidb|pingcap/i.test(line.uncommented)) return [];
  return [[name, majorOf(`${m[2]}${m[3] ?? ""}`, name) ?? m[2]]];
}

/** The part of a version whose step changes the data: etcd and MySQL 5 change it with the second number. */
function majorOf(version: string | null, store = ""): string | null {
  const m = /(\d+)(?:[._](\d+))?/.exec((version ?? "").replace(/^"?[A-Za-z_]*?(?=\d)/, ""));
  if (!m?.[1]) return null;
  const minorCounts = store === "etcd" || m[1] === "5" || m[1] === "9" || Number(m[1]) === 0;
  return minorCounts && m[2] !== undefined ? `${m[1]}.${m[2]}` : m[1];
}
