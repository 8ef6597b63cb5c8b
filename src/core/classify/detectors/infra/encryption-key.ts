import type { Detector, Hit, ReadFile } from "../../detector.js";
import { addedCode, mentions } from "../../parsers/changed-code.js";
import { addressOf } from "../../parsers/terraform.js";
import { isDocsPath, isTestPath } from "../../path-kinds.js";
import { changedSettings, isTerraform } from "./terraform-files.js";
import type { Setting } from "./terraform-files.js";

export const encryptionKey: Detector = {
  id: "infra/encryption-key",
  reads: "keys that stored data is encrypted with, in Terraform and scripts",
  reversibility: "irreversible",
  hazard: "critical",
  why: "What was encrypted with a key is lost with the key.",
  remedy: "Keep the old key for reading (dual-read), re-encrypt, prove that nothing uses it, and only then disable it.",
  source: "docs.aws.amazon.com/kms, Deleting keys; Google Cloud KMS, Destroy and restore key versions",
  concerns: (file) =>
    isTerraform(file) ||
    (/\.(sh|bash|ya?ml|py|ts|js|go|rb)$/.test(file.path) && !isTestPath(file.path) && !isDocsPath(file.path)),
  detect: (file) =>
    isTerraform(file.change)
      ? changedSettings(file).flatMap((s) => inTerraform(file, s))
      : mentions(file, destroysKey)
        ? byCommand(file)
        : [],
};

function inTerraform(file: ReadFile, s: Setting): Hit[] {
  const name = s.path.at(-1) ?? "";
  const hit = { path: file.change.path, line: s.line };
  const label = `${addressOf(s.of)}: ${s.path.join(".")}`;
  if (
    /^(kms_key_(id|arn|name)|kms_master_key_id|kms_key|encryption_key(_name)?|key_vault_key_id|disk_encryption_set_id|kms_key_self_link)$/.test(
      name,
    ) &&
    s.before !== null
  )
    return [
      { ...hit, why: `${label} changes: what was written under the old key needs it for as long as it is kept.` },
    ];
  if (/^(encrypted|storage_encrypted|at_rest_encryption_enabled|encrypt_at_rest)$/.test(name) && s.before !== null)
    return [
      { ...hit, why: `${label} goes from ${s.before} to ${s.after ?? "unset"}: stored data has to be written anew.` },
    ];
  if (name === "deletion_window_in_days" && Number(s.after) < Number(s.before ?? 30))
    return [
      {
        ...hit,
        reversibility: "recoverable",
        why: `${label} is shorter: less time to notice that a key was still needed.`,
      },
    ];
  if (
    /^(enable_key_rotation|rotation_period|is_enabled)$/.test(name) &&
    (s.after === null || s.after === "false") &&
    s.before !== null
  )
    return [{ ...hit, reversibility: "recoverable", why: `${label} is off.` }];
  return [];
}

const destroysKey =
  /\bkms\s+(schedule-key-deletion|disable-key|delete-imported-key-material|delete-alias)|\bschedule_key_deletion\b|\bScheduleKeyDeletion\b|\bkms\s+keys\s+versions\s+destroy|\bkeyvault\s+key\s+(delete|purge)|\bDestroyCryptoKeyVersion\b|\bdestroy_crypto_key_version\b/;

function byCommand(file: ReadFile): Hit[] {
  return addedCode(file)
    .filter((l) => destroysKey.test(l.uncommented) && !/^\s*-?\s*["']?kms:/.test(l.uncommented))
    .map((l) => ({ path: file.change.path, line: l.number }));
}
