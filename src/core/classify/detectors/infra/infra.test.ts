import { describe, expect, test } from "@jest/globals";
import { doorOf } from "../../../../../test/build/edits.js";
import type { Edit } from "../../../../../test/build/edits.js";
import type { Detector } from "../../detector.js";
import { datastoreUpgrade } from "./datastore-upgrade.js";
import { dnsAndCertificates } from "./dns-and-certificates.js";
import { encryptionKey } from "./encryption-key.js";
import { kubernetesCrd } from "./kubernetes-crd.js";
import { kubernetesDelete } from "./kubernetes-delete.js";
import { kubernetesStorage } from "./kubernetes-storage.js";
import { resourceRename } from "./resource-rename.js";
import { retention } from "./retention.js";
import { terraformDestroy } from "./terraform-destroy.js";
import { terraformProtection } from "./terraform-protection.js";
import { terraformReplace } from "./terraform-replace.js";
import { terraformState } from "./terraform-state.js";

type Row = readonly [
  name: string,
  detector: Detector,
  path: string,
  before: string | null,
  after: string | null,
  door: string,
];

const db = (body: string) => `resource "aws_db_instance" "main" {\n${body}\n}\n`;
const bucket = 'resource "aws_s3_bucket" "logs" {\n  bucket = "logs"\n}\n';
const other = 'resource "aws_vpc" "v" {\n  cidr_block = "10.0.0.0/16"\n}\n';
const pvc = "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata:\n  name: data\n";
const deployment = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\n";
const crd = (versions: string) =>
  `kind: CustomResourceDefinition\nmetadata:\n  name: a.b\nspec:\n  versions:\n${versions}`;

const rows: readonly Row[] = [
  // 31
  ["a resource is gone", terraformDestroy, "main.tf", bucket + other, other, "irreversible"],
  [
    "even under prevent_destroy",
    terraformDestroy,
    "main.tf",
    'resource "aws_s3_bucket" "b" {\n  lifecycle {\n    prevent_destroy = true\n  }\n}\n' + other,
    other,
    "irreversible",
  ],
  ["the whole file is gone", terraformDestroy, "s3.tf", bucket, null, "irreversible"],
  [
    "a module is gone",
    terraformDestroy,
    "main.tf",
    'module "db" {\n  source = "./db"\n}\n' + other,
    other,
    "irreversible",
  ],
  ["commented out", terraformDestroy, "main.tf", bucket, bucket.replace(/^/gm, "# "), "irreversible"],
  ["renamed without moved", terraformDestroy, "main.tf", bucket, bucket.replace('"logs" {', '"log" {'), "irreversible"],
  [
    "renamed with moved",
    terraformDestroy,
    "main.tf",
    bucket,
    bucket.replace('"logs" {', '"log" {') + "moved {\n  from = aws_s3_bucket.logs\n  to   = aws_s3_bucket.log\n}\n",
    "silent",
  ],
  [
    "removed from state only",
    terraformDestroy,
    "main.tf",
    bucket,
    "removed {\n  from = aws_s3_bucket.logs\n  lifecycle {\n    destroy = false\n  }\n}\n",
    "silent",
  ],
  [
    "a removed block that destroys",
    terraformDestroy,
    "main.tf",
    other,
    other + "removed {\n  from = aws_s3_bucket.logs\n}\n",
    "irreversible",
  ],
  [
    "count = 0",
    terraformDestroy,
    "main.tf",
    'resource "aws_instance" "a" {\n  count = 2\n}\n',
    'resource "aws_instance" "a" {\n  count = 0\n}\n',
    "irreversible",
  ],
  ["a data source is gone", terraformDestroy, "main.tf", 'data "aws_ami" "a" {\n}\n' + other, other, "silent"],
  ["moved down the file", terraformDestroy, "main.tf", bucket + other, other + bucket, "silent"],
  [
    "a stateless resource is gone",
    terraformDestroy,
    "main.tf",
    'resource "null_resource" "a" {\n}\n' + other,
    other,
    "recoverable",
  ],
  [
    "reformatted",
    terraformDestroy,
    "main.tf",
    'resource "aws_s3_bucket" "logs" {\n  bucket="logs"\n}\n',
    bucket,
    "silent",
  ],
  [
    "a resource in a string",
    terraformDestroy,
    "main.tf",
    'locals {\n  a = "resource x y {"\n}\n',
    "locals {\n}\n",
    "silent",
  ],
  [
    "a resource in a heredoc",
    terraformDestroy,
    "main.tf",
    'locals {\n  a = <<EOT\nresource "x" "y" {\n}\nEOT\n}\n',
    'locals {\n  a = ""\n}\n',
    "silent",
  ],
  ["added", terraformDestroy, "main.tf", other, other + bucket, "silent"],
  ["an example", terraformDestroy, "examples/a/main.tf", bucket, null, "silent"],
  [
    "count is lower",
    terraformDestroy,
    "main.tf",
    'resource "aws_instance" "a" {\n  count = 3\n}\n',
    'resource "aws_instance" "a" {\n  count = 2\n}\n',
    "irreversible",
  ],
  [
    "count is higher",
    terraformDestroy,
    "main.tf",
    'resource "aws_instance" "a" {\n  count = 2\n}\n',
    'resource "aws_instance" "a" {\n  count = 3\n}\n',
    "silent",
  ],
  [
    "a key of for_each is gone",
    terraformDestroy,
    "main.tf",
    'resource "a" "a" {\n  for_each = toset(["a", "b"])\n}\n',
    'resource "a" "a" {\n  for_each = toset(["a"])\n}\n',
    "irreversible",
  ],
  // 32
  [
    "a plan as indented JSON",
    terraformReplace,
    "plan.json",
    "{\n}\n",
    '{\n  "actions": [\n    "delete",\n    "create"\n  ]\n}\n',
    "irreversible",
  ],
  [
    "a plan that only creates",
    terraformReplace,
    "plan.json",
    "{\n}\n",
    '{\n  "actions": [\n    "create"\n  ]\n}\n',
    "silent",
  ],
  [
    "a server's image",
    terraformReplace,
    "main.tf",
    'resource "aws_instance" "a" {\n  ami = "a"\n}\n',
    'resource "aws_instance" "a" {\n  ami = "b"\n}\n',
    "recoverable",
  ],
  ["an engine", terraformReplace, "main.tf", db('  engine = "mysql"'), db('  engine = "postgres"'), "irreversible"],
  ["a bucket's name", terraformReplace, "main.tf", bucket, bucket.replace('= "logs"', '= "logs2"'), "irreversible"],
  [
    "a hash key",
    terraformReplace,
    "main.tf",
    'resource "aws_dynamodb_table" "t" {\n  hash_key = "a"\n}\n',
    'resource "aws_dynamodb_table" "t" {\n  hash_key = "b"\n}\n',
    "irreversible",
  ],
  [
    "encryption switched on in place",
    terraformReplace,
    "main.tf",
    db('  name = "a"'),
    db('  name = "a"\n  storage_encrypted = true'),
    "irreversible",
  ],
  ["a plan", terraformReplace, "out/plan.txt", "a\n", '  -/+ resource "aws_db_instance" "main" {\n', "irreversible"],
  [
    "a plan as JSON",
    terraformReplace,
    "tfplan.json",
    "{\n}\n",
    '{\n"actions": ["delete", "create"]\n}\n',
    "irreversible",
  ],
  [
    "instance class changes in place",
    terraformReplace,
    "main.tf",
    db('  instance_class = "db.t3.small"'),
    db('  instance_class = "db.t3.large"'),
    "silent",
  ],
  ["spaces only", terraformReplace, "main.tf", db('  engine = "mysql"'), db('  engine         = "mysql"'), "silent"],
  [
    "a new resource",
    terraformReplace,
    "main.tf",
    other,
    other + db('  engine = "mysql"\n  storage_encrypted = true'),
    "silent",
  ],
  // 33
  [
    "prevent_destroy off",
    terraformProtection,
    "main.tf",
    'resource "a" "b" {\n  lifecycle {\n    prevent_destroy = true\n  }\n}\n',
    'resource "a" "b" {\n  lifecycle {\n    prevent_destroy = false\n  }\n}\n',
    "recoverable",
  ],
  [
    "prevent_destroy removed",
    terraformProtection,
    "main.tf",
    'resource "a" "b" {\n  lifecycle {\n    prevent_destroy = true\n  }\n}\n',
    'resource "a" "b" {\n}\n',
    "recoverable",
  ],
  [
    "deletion_protection off",
    terraformProtection,
    "main.tf",
    db("  deletion_protection = true"),
    db("  deletion_protection = false"),
    "recoverable",
  ],
  [
    "skip_final_snapshot",
    terraformProtection,
    "main.tf",
    db("  skip_final_snapshot = false"),
    db("  skip_final_snapshot = true"),
    "recoverable",
  ],
  [
    "switched on",
    terraformProtection,
    "main.tf",
    db("  deletion_protection = false"),
    db("  deletion_protection = true"),
    "silent",
  ],
  // 34
  [
    "backend bucket",
    terraformState,
    "main.tf",
    'terraform {\n  backend "s3" {\n    bucket = "a"\n  }\n}\n',
    'terraform {\n  backend "s3" {\n    bucket = "b"\n  }\n}\n',
    "recoverable",
  ],
  [
    "provider major",
    terraformState,
    "versions.tf",
    'terraform {\n  required_providers {\n    aws = {\n      source  = "hashicorp/aws"\n      version = "~> 4.0"\n    }\n  }\n}\n',
    'terraform {\n  required_providers {\n    aws = {\n      source  = "hashicorp/aws"\n      version = "~> 5.0"\n    }\n  }\n}\n',
    "recoverable",
  ],
  [
    "provider minor",
    terraformState,
    "versions.tf",
    'provider "aws" {\n  version = "~> 4.1"\n}\n',
    'provider "aws" {\n  version = "~> 4.2"\n}\n',
    "silent",
  ],
  ["state file edited", terraformState, "terraform.tfstate", '{"serial": 1}\n', '{"serial": 2}\n', "recoverable"],
  // 35
  [
    "log retention shorter",
    retention,
    "main.tf",
    'resource "aws_cloudwatch_log_group" "l" {\n  retention_in_days = 365\n}\n',
    'resource "aws_cloudwatch_log_group" "l" {\n  retention_in_days = 7\n}\n',
    "irreversible",
  ],
  [
    "log retention from forever",
    retention,
    "main.tf",
    'resource "aws_cloudwatch_log_group" "l" {\n  retention_in_days = 0\n}\n',
    'resource "aws_cloudwatch_log_group" "l" {\n  retention_in_days = 30\n}\n',
    "irreversible",
  ],
  [
    "a topic's retention inside an object",
    retention,
    "kafka.tf",
    'resource "kafka_topic" "t" {\n  config = {\n    "retention.ms" = "604800000"\n  }\n}\n',
    'resource "kafka_topic" "t" {\n  config = {\n    "retention.ms" = "3600000"\n  }\n}\n',
    "irreversible",
  ],
  [
    "log retention longer",
    retention,
    "main.tf",
    'resource "aws_cloudwatch_log_group" "l" {\n  retention_in_days = 7\n}\n',
    'resource "aws_cloudwatch_log_group" "l" {\n  retention_in_days = 30\n}\n',
    "silent",
  ],
  [
    "backups shorter",
    retention,
    "main.tf",
    db("  backup_retention_period = 35"),
    db("  backup_retention_period = 7"),
    "irreversible",
  ],
  [
    "versioning off",
    retention,
    "main.tf",
    'resource "aws_s3_bucket" "b" {\n  versioning {\n    enabled = true\n  }\n}\n',
    'resource "aws_s3_bucket" "b" {\n  versioning {\n    enabled = false\n  }\n}\n',
    "irreversible",
  ],
  [
    "versioning suspended",
    retention,
    "main.tf",
    'resource "aws_s3_bucket_versioning" "b" {\n  versioning_configuration {\n    status = "Enabled"\n  }\n}\n',
    'resource "aws_s3_bucket_versioning" "b" {\n  versioning_configuration {\n    status = "Suspended"\n  }\n}\n',
    "irreversible",
  ],
  [
    "point in time recovery off",
    retention,
    "main.tf",
    'resource "aws_dynamodb_table" "t" {\n  point_in_time_recovery {\n    enabled = true\n  }\n}\n',
    'resource "aws_dynamodb_table" "t" {\n  point_in_time_recovery {\n    enabled = false\n  }\n}\n',
    "irreversible",
  ],
  [
    "a new expiry rule",
    retention,
    "main.tf",
    'resource "aws_s3_bucket" "b" {\n  bucket = "b"\n}\n',
    'resource "aws_s3_bucket" "b" {\n  bucket = "b"\n  lifecycle_rule {\n    enabled = true\n    expiration {\n      days = 30\n    }\n  }\n}\n',
    "irreversible",
  ],
  [
    "expiry sooner",
    retention,
    "main.tf",
    'resource "aws_s3_bucket" "b" {\n  lifecycle_rule {\n    expiration {\n      days = 90\n    }\n  }\n}\n',
    'resource "aws_s3_bucket" "b" {\n  lifecycle_rule {\n    expiration {\n      days = 30\n    }\n  }\n}\n',
    "irreversible",
  ],
  ["Kafka", retention, "kafka.properties", "log.retention.hours=168\n", "log.retention.hours=24\n", "irreversible"],
  [
    "Loki",
    retention,
    "loki/values.yaml",
    "limits_config:\n  retention_period: 744h\n",
    "limits_config:\n  retention_period: 7d\n",
    "irreversible",
  ],
  ["Prometheus longer", retention, "prometheus.yaml", "retention: 15d\n", "retention: 30d\n", "silent"],
  ["hours against days", retention, "a.yaml", "retention: 24h\n", "retention: 2d\n", "silent"],
  [
    "a DNS ttl",
    retention,
    "main.tf",
    'resource "aws_route53_record" "r" {\n  ttl = 300\n}\n',
    'resource "aws_route53_record" "r" {\n  ttl = 60\n}\n',
    "silent",
  ],
  ["CI artifacts", retention, ".github/workflows/a.yml", "retention-days: 7\n", "retention-days: 3\n", "silent"],
  [
    "items expire from now on",
    retention,
    "main.tf",
    'resource "aws_dynamodb_table" "t" {\n  name = "x"\n}\n',
    'resource "aws_dynamodb_table" "t" {\n  name = "x"\n  ttl {\n    enabled = true\n  }\n}\n',
    "irreversible",
  ],
  // 36
  [
    "key changes",
    encryptionKey,
    "main.tf",
    db("  kms_key_id = aws_kms_key.a.arn"),
    db("  kms_key_id = aws_kms_key.b.arn"),
    "irreversible",
  ],
  [
    "encryption off",
    encryptionKey,
    "main.tf",
    db("  storage_encrypted = true"),
    db("  storage_encrypted = false"),
    "irreversible",
  ],
  [
    "deletion scheduled",
    encryptionKey,
    "ops.sh",
    "set -e\n",
    "set -e\naws kms schedule-key-deletion --key-id $K\n",
    "irreversible",
  ],
  [
    "rotation off",
    encryptionKey,
    "main.tf",
    'resource "aws_kms_key" "k" {\n  enable_key_rotation = true\n}\n',
    'resource "aws_kms_key" "k" {\n  enable_key_rotation = false\n}\n',
    "recoverable",
  ],
  [
    "a key's description",
    encryptionKey,
    "main.tf",
    'resource "aws_kms_key" "k" {\n  description = "a"\n}\n',
    'resource "aws_kms_key" "k" {\n  description = "b"\n}\n',
    "silent",
  ],
  ["a comment", encryptionKey, "ops.sh", "set -e\n", "set -e\n# aws kms schedule-key-deletion\n", "silent"],
  // 37
  [
    "a record",
    dnsAndCertificates,
    "dns.tf",
    'resource "aws_route53_record" "r" {\n  records = ["1.2.3.4"]\n}\n',
    'resource "aws_route53_record" "r" {\n  records = ["1.2.3.5"]\n}\n',
    "recoverable",
  ],
  ["a zone file", dnsAndCertificates, "zones/example.com.zone", "a IN A 1.2.3.4\n", "a IN A 1.2.3.5\n", "recoverable"],
  [
    "HSTS",
    dnsAndCertificates,
    "nginx.conf",
    "server {\n}\n",
    'server {\n  add_header Strict-Transport-Security "max-age=31536000; includeSubDomains; preload";\n}\n',
    "recoverable",
  ],
  [
    "HSTS in code",
    dnsAndCertificates,
    "settings.py",
    "A = 1\n",
    "A = 1\nSECURE_HSTS_SECONDS = 31536000\n",
    "recoverable",
  ],
  [
    "HSTS in a comment",
    dnsAndCertificates,
    "nginx.conf",
    "server {\n}\n",
    "server {\n  # Strict-Transport-Security max-age=1\n}\n",
    "silent",
  ],
  ["another resource", dnsAndCertificates, "main.tf", bucket, bucket.replace('= "logs"', '= "x"'), "silent"],
  // 38
  ["a claim is gone", kubernetesDelete, "k8s/pvc.yaml", pvc, null, "irreversible"],
  ["one document of several", kubernetesDelete, "k8s/all.yaml", `${deployment}---\n${pvc}`, deployment, "irreversible"],
  [
    "a namespace",
    kubernetesDelete,
    "k8s/ns.yaml",
    "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: a\n",
    null,
    "irreversible",
  ],
  ["a definition", kubernetesDelete, "crds/a.yaml", crd("  - name: v1\n"), null, "irreversible"],
  [
    "a database of an operator",
    kubernetesDelete,
    "k8s/pg.yaml",
    "kind: PostgresCluster\nmetadata:\n  name: a\n",
    null,
    "irreversible",
  ],
  ["a secret", kubernetesDelete, "k8s/s.yaml", "kind: Secret\nmetadata:\n  name: a\n", null, "recoverable"],
  ["a deployment", kubernetesDelete, "k8s/web.yaml", deployment, null, "silent"],
  ["edited, not removed", kubernetesDelete, "k8s/pvc.yaml", pvc, `${pvc}  labels:\n    a: b\n`, "silent"],
  [
    "a string that says so",
    kubernetesDelete,
    "k8s/cm.yaml",
    "kind: ConfigMap\ndata:\n  a: |\n    kind: Namespace\n",
    "kind: ConfigMap\ndata: {}\n",
    "silent",
  ],
  [
    "a claim in a Helm template",
    kubernetesDelete,
    "chart/templates/pvc.yaml",
    "{{- if .Values.a }}\nkind: PersistentVolumeClaim\nmetadata:\n  name: {{ .Release.Name }}\n{{- end }}\n",
    null,
    "irreversible",
  ],
  [
    "no longer listed",
    kubernetesDelete,
    "kustomization.yaml",
    "resources:\n  - web.yaml\n  - pvc.yaml\n",
    "resources:\n  - web.yaml\n",
    "irreversible",
  ],
  [
    "listed in another order",
    kubernetesDelete,
    "kustomization.yaml",
    "resources:\n  - web.yaml\n  - pvc.yaml\n",
    "resources:\n  - pvc.yaml\n  - web.yaml\n",
    "silent",
  ],
  // 38: CRD versions
  [
    "storage moves",
    kubernetesCrd,
    "crd.yaml",
    crd("  - name: v1\n    served: true\n    storage: true\n  - name: v2\n    served: true\n    storage: false\n"),
    crd("  - name: v1\n    served: true\n    storage: false\n  - name: v2\n    served: true\n    storage: true\n"),
    "irreversible",
  ],
  [
    "a version is gone",
    kubernetesCrd,
    "crd.yaml",
    crd("  - name: v1\n    storage: false\n  - name: v2\n    storage: true\n"),
    crd("  - name: v2\n    storage: true\n"),
    "irreversible",
  ],
  [
    "no longer served",
    kubernetesCrd,
    "crd.yaml",
    crd("  - name: v1\n    served: true\n    storage: false\n  - name: v2\n    storage: true\n"),
    crd("  - name: v1\n    served: false\n    storage: false\n  - name: v2\n    storage: true\n"),
    "recoverable",
  ],
  [
    "a version more",
    kubernetesCrd,
    "crd.yaml",
    crd("  - name: v1\n    storage: true\n"),
    crd("  - name: v1\n    storage: true\n  - name: v2\n    storage: false\n"),
    "silent",
  ],
  // Helm and storage
  [
    "persistence off",
    kubernetesStorage,
    "values.yaml",
    "persistence:\n  enabled: true\n  size: 1Gi\n",
    "persistence:\n  enabled: false\n  size: 1Gi\n",
    "irreversible",
  ],
  [
    "reclaim policy",
    kubernetesStorage,
    "pv.yaml",
    "spec:\n  persistentVolumeReclaimPolicy: Retain\n",
    "spec:\n  persistentVolumeReclaimPolicy: Delete\n",
    "recoverable",
  ],
  [
    "storage class",
    kubernetesStorage,
    "pvc.yaml",
    "spec:\n  storageClassName: gp2\n",
    "spec:\n  storageClassName: gp3\n",
    "recoverable",
  ],
  [
    "ingress off",
    kubernetesStorage,
    "values.yaml",
    "ingress:\n  enabled: true\n",
    "ingress:\n  enabled: false\n",
    "silent",
  ],
  // 39
  ["a bucket", resourceRename, "config/app.yaml", "bucket: uploads\n", "bucket: uploads-v2\n", "recoverable"],
  [
    "a topic in code",
    resourceRename,
    "src/a.ts",
    'const ordersTopic = "orders";\n',
    'const ordersTopic = "orders.v2";\n',
    "recoverable",
  ],
  [
    "an environment variable",
    resourceRename,
    ".env.production",
    "QUEUE_NAME=jobs\n",
    "QUEUE_NAME=jobs2\n",
    "recoverable",
  ],
  ["a loop's index", resourceRename, "src/a.ts", "let index = 0;\n", "let index = 1;\n", "silent"],
  ["a variable", resourceRename, "src/a.ts", "const queue = makeQueue();\n", "const queue = makeOther();\n", "silent"],
  ["a comment", resourceRename, "src/a.ts", '// topic: "a"\n', '// topic: "b"\n', "silent"],
  // 40
  [
    "Compose",
    datastoreUpgrade,
    "docker-compose.yml",
    "    image: postgres:14.2\n",
    "    image: postgres:16.1\n",
    "irreversible",
  ],
  [
    "Kubernetes",
    datastoreUpgrade,
    "k8s/db.yaml",
    "        image: docker.io/library/mysql:5.7\n",
    "        image: docker.io/library/mysql:8.0\n",
    "irreversible",
  ],
  [
    "etcd's second number",
    datastoreUpgrade,
    "k8s/etcd.yaml",
    "image: quay.io/coreos/etcd:v3.4.9\n",
    "image: quay.io/coreos/etcd:v3.5.1\n",
    "irreversible",
  ],
  [
    "Terraform",
    datastoreUpgrade,
    "main.tf",
    db('  engine_version = "13.4"'),
    db('  engine_version = "15.2"'),
    "irreversible",
  ],
  [
    "Cloud SQL",
    datastoreUpgrade,
    "main.tf",
    'resource "google_sql_database_instance" "m" {\n  database_version = "POSTGRES_13"\n}\n',
    'resource "google_sql_database_instance" "m" {\n  database_version = "POSTGRES_15"\n}\n',
    "irreversible",
  ],
  [
    "a minor",
    datastoreUpgrade,
    "docker-compose.yml",
    "    image: postgres:16.1\n",
    "    image: postgres:16.3\n",
    "silent",
  ],
  [
    "a service in CI",
    datastoreUpgrade,
    ".github/workflows/ci.yml",
    "    image: postgres:14\n",
    "    image: postgres:16\n",
    "silent",
  ],
  ["another image", datastoreUpgrade, "docker-compose.yml", "    image: nginx:1\n", "    image: nginx:2\n", "silent"],
];

describe("infra", () => {
  test.each(rows.map(([name, detector, path, before, after, door]) => ({ name, detector, path, before, after, door })))(
    "$detector.id: $name",
    ({ detector, path, before, after, door }) => {
      const edit: Edit = { path, ...(before !== null && { before }), ...(after !== null && { after }) };
      expect(doorOf(detector, edit)).toBe(door);
    },
  );

  test("a resource moved to another file of the same folder is not destroyed", () => {
    const edits = [
      { path: "a/main.tf", before: bucket + other, after: other },
      { path: "a/s3.tf", after: bucket },
    ];
    expect(doorOf(terraformDestroy, ...edits)).toBe("silent");
  });

  test("a resource of the same address in another folder is another resource", () => {
    const edits = [
      { path: "prod/main.tf", before: bucket + other, after: other },
      { path: "staging/s3.tf", after: bucket },
    ];
    expect(doorOf(terraformDestroy, ...edits)).toBe("irreversible");
  });

  test("a manifest moved to another file is not deleted", () => {
    expect(doorOf(kubernetesDelete, { path: "a/pvc.yaml", before: pvc }, { path: "b/pvc.yaml", after: pvc })).toBe(
      "silent",
    );
  });
});
