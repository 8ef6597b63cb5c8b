import type { Detector, Hit, ReadFile } from "../../detector.js";
import type { Exchange } from "./code-hunks.js";
import { mentions } from "../../parsers/changed-code.js";
import { differ, exchanges, isProgram, wordsOf } from "./code-hunks.js";

const passwordHash =
  /\b(bcrypt|scrypt|argon2(id|i|d)?|pbkdf2(_?hmac|_?sha\d+)?)\w*|\w*(PasswordHasher|PasswordEncoder)\b/gi;
const cipher =
  /\b(aes[-_]?(128|192|256)?([-_]?(cbc|gcm|ecb|ctr|siv))?|aesgcm|chacha20\w*|xchacha20\w*|fernet|des3?|tripledes|rc4|blowfish|MODE_(ECB|CBC|GCM|CTR))\b/gi;
const digest = /\b(md5|sha-?1|sha-?224|sha-?256|sha-?384|sha-?512|sha3_\d+|blake2[bs]?|blake3)\b/gi;
const signing = /\b([HREP]S(256|384|512)|EdDSA)\b/g;
const aboutPasswords = /passw|passphrase|\bpwd\b|salt|credential/i;

/** Cheap look before algorithms are compared. */
const hint =
  /crypt|argon|pbkdf|hasher|encoder|aes|chacha|fernet|des|rc4|blowfish|MODE_|md5|sha|blake|[HREP]S\d{3}|EdDSA/i;

export const storedCrypto: Detector = {
  id: "code/stored-crypto",
  reads: "algorithms that passwords, stored data and tokens are made with",
  reversibility: "irreversible",
  hazard: "high",
  why: "What was hashed or encrypted the old way cannot be checked or read the new way, and after a revert the other way round.",
  remedy: "Verify both forms (dual-verify), re-encode on use, and drop the old form when none is left.",
  source: "OWASP Password Storage Cheat Sheet, upgrading work factors; Django docs, Password upgrading",
  concerns: isProgram,
  detect: (file) =>
    file.change.added === 0 || file.change.deleted === 0 || !mentions(file, hint)
      ? []
      : exchanges(file).flatMap((e) => judged(file, e)),
};

function judged(file: ReadFile, { gone, come }: Exchange): Hit[] {
  const changed = (pattern: RegExp) => differ(wordsOf(gone, pattern), wordsOf(come, pattern));
  const at = (pattern: RegExp) => ({
    path: file.change.path,
    line: come.find((l) => l.uncommented.search(pattern) >= 0)?.number ?? come[0]?.number ?? 1,
  });
  const passwords = [...gone, ...come].some((l) => aboutPasswords.test(l.code));
  const toHash = wordsOf(gone, digest).size > 0 && wordsOf(come, passwordHash).size > 0 && passwords;
  const fromHash =
    wordsOf(gone, passwordHash).size > 0 && wordsOf(come, passwordHash).size === 0 && wordsOf(come, digest).size > 0;
  if (fromHash)
    return [{ ...at(digest), why: "Passwords are only digested now: those already stored no longer match." }];
  if (changed(passwordHash) || toHash)
    return [{ ...at(passwordHash), why: "Passwords are hashed another way: those already stored no longer match." }];
  if (changed(digest) && passwords)
    return [{ ...at(digest), why: "Passwords are digested another way: those already stored no longer match." }];
  if (changed(cipher))
    return [
      {
        ...at(cipher),
        why: "Data is encrypted another way: what is stored can't be read, and what is written now can't be read after a revert.",
      },
    ];
  if (changed(signing))
    return [
      { ...at(signing), reversibility: "recoverable", why: "Tokens are signed another way: those in use are refused." },
    ];
  return [];
}
