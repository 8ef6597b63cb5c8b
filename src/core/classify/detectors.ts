import type { Detector } from "./detector.js";
import { eventSchema } from "./detectors/schema/event-schema.js";
import { graphqlBreaking } from "./detectors/schema/graphql-breaking.js";
import { openapiRemoved } from "./detectors/schema/openapi-removed.js";
import { openapiTightened } from "./detectors/schema/openapi-tightened.js";
import { protobufField } from "./detectors/schema/protobuf-field.js";
import { protobufSource } from "./detectors/schema/protobuf-source.js";
import { protobufSymbol } from "./detectors/schema/protobuf-symbol.js";
import { protobufType } from "./detectors/schema/protobuf-type.js";
import { datastoreUpgrade } from "./detectors/infra/datastore-upgrade.js";
import { dnsAndCertificates } from "./detectors/infra/dns-and-certificates.js";
import { encryptionKey } from "./detectors/infra/encryption-key.js";
import { kubernetesCrd } from "./detectors/infra/kubernetes-crd.js";
import { kubernetesDelete } from "./detectors/infra/kubernetes-delete.js";
import { kubernetesStorage } from "./detectors/infra/kubernetes-storage.js";
import { resourceRename } from "./detectors/infra/resource-rename.js";
import { retention } from "./detectors/infra/retention.js";
import { terraformDestroy } from "./detectors/infra/terraform-destroy.js";
import { terraformProtection } from "./detectors/infra/terraform-protection.js";
import { terraformReplace } from "./detectors/infra/terraform-replace.js";
import { terraformState } from "./detectors/infra/terraform-state.js";
import { authGuard } from "./detectors/code/auth-guard.js";
import { destructiveCommand } from "./detectors/code/destructive-command.js";
import { featureFlag } from "./detectors/code/feature-flag.js";
import { lostTest } from "./detectors/code/lost-test.js";
import { outboundEffect } from "./detectors/code/outbound-effect.js";
import { personalData } from "./detectors/code/personal-data.js";
import { publicExport } from "./detectors/code/public-export.js";
import { publicSignature } from "./detectors/code/public-signature.js";
import { secret } from "./detectors/code/secret.js";
import { sessionKey } from "./detectors/code/session-key.js";
import { storedCrypto } from "./detectors/code/stored-crypto.js";
import { storedForm } from "./detectors/code/stored-form.js";
import { appRelease } from "./detectors/supply/app-release.js";
import { baseImage } from "./detectors/supply/base-image.js";
import { dependencies } from "./detectors/supply/dependencies.js";
import { installScripts } from "./detectors/supply/install-scripts.js";
import { license } from "./detectors/supply/license.js";
import { lockfile } from "./detectors/supply/lockfile.js";
import { publish } from "./detectors/supply/publish.js";
import { registry } from "./detectors/supply/registry.js";
import { vendored } from "./detectors/supply/vendored.js";
import { versionBump } from "./detectors/supply/version-bump.js";
import { agentInstructions } from "./detectors/governance/agent-instructions.js";
import { protectionAsCode } from "./detectors/governance/protection-as-code.js";
import { trustedFiles } from "./detectors/governance/trusted-files.js";
import { workflowInjection } from "./detectors/governance/workflow-injection.js";
import { workflowPermissions } from "./detectors/governance/workflow-permissions.js";
import { workflowRunner } from "./detectors/governance/workflow-runner.js";
import { workflowSecrets } from "./detectors/governance/workflow-secrets.js";
import { workflowTrigger } from "./detectors/governance/workflow-trigger.js";
import { workflowUses } from "./detectors/governance/workflow-uses.js";
import { backfill } from "./detectors/sql/backfill.js";
import { changeRows } from "./detectors/sql/change-rows.js";
import { changeType } from "./detectors/sql/change-type.js";
import { checkConstraint } from "./detectors/sql/check-constraint.js";
import { detachPartition } from "./detectors/sql/detach-partition.js";
import { dropCascade } from "./detectors/sql/drop-cascade.js";
import { dropColumn } from "./detectors/sql/drop-column.js";
import { dropDatabase } from "./detectors/sql/drop-database.js";
import { dropNotNull } from "./detectors/sql/drop-not-null.js";
import { dropPartition } from "./detectors/sql/drop-partition.js";
import { dropTable } from "./detectors/sql/drop-table.js";
import { editedMigration } from "./detectors/sql/edited-migration.js";
import { enumValue } from "./detectors/sql/enum-value.js";
import { jsonColumn } from "./detectors/sql/json-column.js";
import { lockIndex } from "./detectors/sql/lock-index.js";
import { narrowType } from "./detectors/sql/narrow-type.js";
import { noWayBack } from "./detectors/sql/no-way-back.js";
import { opaque } from "./detectors/sql/opaque.js";
import { recreateTable } from "./detectors/sql/recreate-table.js";
import { rename } from "./detectors/sql/rename.js";
import { requiredColumn } from "./detectors/sql/required-column.js";
import { rewriteTable } from "./detectors/sql/rewrite-table.js";
import { setNotNull } from "./detectors/sql/set-not-null.js";
import { truncate } from "./detectors/sql/truncate.js";
import { volatileDefault } from "./detectors/sql/volatile-default.js";
import { wideIndex } from "./detectors/sql/wide-index.js";
import { wrongTransaction } from "./detectors/sql/wrong-transaction.js";

/**
 * Every detector, in one literal list by area: what is not here does not run. `docs/classification.md` shows it as a
 * table, and a test keeps the two alike.
 */
export const detectors: readonly Detector[] = [
  // sql
  dropTable,
  dropColumn,
  dropDatabase,
  dropCascade,
  dropPartition,
  truncate,
  changeRows,
  backfill,
  changeType,
  narrowType,
  rename,
  recreateTable,
  setNotNull,
  requiredColumn,
  dropNotNull,
  checkConstraint,
  lockIndex,
  wideIndex,
  rewriteTable,
  volatileDefault,
  jsonColumn,
  enumValue,
  detachPartition,
  wrongTransaction,
  opaque,
  noWayBack,
  editedMigration,
  // schema
  eventSchema,
  graphqlBreaking,
  openapiRemoved,
  openapiTightened,
  protobufField,
  protobufSource,
  protobufSymbol,
  protobufType,
  // infra
  datastoreUpgrade,
  dnsAndCertificates,
  encryptionKey,
  kubernetesCrd,
  kubernetesDelete,
  kubernetesStorage,
  resourceRename,
  retention,
  terraformDestroy,
  terraformProtection,
  terraformReplace,
  terraformState,
  // code
  authGuard,
  destructiveCommand,
  featureFlag,
  lostTest,
  outboundEffect,
  personalData,
  publicExport,
  publicSignature,
  secret,
  sessionKey,
  storedCrypto,
  storedForm,
  // supply
  appRelease,
  baseImage,
  dependencies,
  installScripts,
  license,
  lockfile,
  publish,
  registry,
  vendored,
  versionBump,
  // governance
  agentInstructions,
  protectionAsCode,
  trustedFiles,
  workflowInjection,
  workflowPermissions,
  workflowRunner,
  workflowSecrets,
  workflowTrigger,
  workflowUses,
];
