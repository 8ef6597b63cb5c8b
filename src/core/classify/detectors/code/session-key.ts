import type { Detector, Hit, ReadFile } from "../../detector.js";
import { mentions } from "../../parsers/changed-code.js";
import { exchanges, isProgram } from "./code-hunks.js";
import type { CodeLine } from "../../parsers/changed-code.js";

const setting =
  /\b(SECRET_KEY(_BASE)?|SESSION_SECRET|COOKIE_SECRET|JWT_SECRET|SIGNING_KEY|signingKey|sessionSecret|jwtSecret|cookie_?name|SESSION_COOKIE_(NAME|DOMAIN|PATH)|ENCRYPTION_KEY|encryptionKey|session\.name)\b["']?\s*[:=]\s*(\S.*)$/i;

/** Cheap look before the setting is read. */
const name = /SECRET_KEY|SESSION|COOKIE|JWT_SECRET|SIGNING_?KEY|ENCRYPTION_?KEY/i;

export const sessionKey: Detector = {
  id: "code/session-key",
  reads: "keys and names that sessions, cookies and tokens depend on",
  reversibility: "recoverable",
  hazard: "high",
  why: "Everybody is signed out at once, and again on a revert.",
  remedy: "Accept the old key for reading while the new one signs, for as long as the longest session lives.",
  source: "Django docs, SECRET_KEY_FALLBACKS; Rails guides, rotating keys",
  concerns: (file) => isProgram(file) || /\.(ya?ml|env|toml|properties|ini|conf)$/.test(file.path),
  detect: (file) =>
    !mentions(file, name)
      ? []
      : exchanges(file).flatMap(({ gone, come }) => come.flatMap((now) => judged(file, now, { gone }))),
};

function judged(file: ReadFile, now: CodeLine, { gone }: { gone: readonly CodeLine[] }): Hit[] {
  const is = setting.exec(now.uncommented);
  const was = gone
    .map((l) => setting.exec(l.uncommented))
    .find((m) => m?.[1]?.toLowerCase() === is?.[1]?.toLowerCase());
  if (!is || !was || is.at(-1) === was.at(-1)) return [];
  const hit = { path: file.change.path, line: now.number };
  return /encryption/i.test(is[1] ?? "")
    ? [
        {
          ...hit,
          reversibility: "irreversible",
          hazard: "critical",
          why: "What was encrypted with the old key can't be read with the new one.",
          remedy: "Keep the old key for reading and re-encrypt before it goes.",
        },
      ]
    : [hit];
}
