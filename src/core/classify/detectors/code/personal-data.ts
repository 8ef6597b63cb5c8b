import type { Detector, Hit, ReadFile } from "../../detector.js";
import type { CodeLine } from "../../parsers/changed-code.js";
import { newCode, mentions } from "../../parsers/changed-code.js";
import { isProgram } from "./code-hunks.js";

const logs =
  /(?:\b(?:log(?:ger|ging)?|slog|log4j|Log|LOG(?:GER)?|_?logger|console|winston|pino|klog|zap|sugar|logrus)\s*(?:\.|::)\s*(?:trace|debug|info|warn(?:ing)?|error|exception|critical|fatal|log|print\w*|Trace\w*|Debug\w*|Info\w*|Warn\w*|Error\w*|Print\w*|Fatal\w*)|\b(?:log|trace|debug|info|warn|error|println|eprintln)!|\bSystem\.(?:out|err)\.print\w*|\bfmt\.Print\w*|\banalytics\.(?:track|identify)|\b(?:Sentry|sentry_sdk)\.\w+|\b(?:csv\w*\.)?writerows?|\bfputcsv|\bexportToCsv|\bprint|\bputs)\s*\(?/;
const personal =
  /(?<![A-Za-z])\w*?(password|passwd|passphrase|ssn|social_?security\w*|credit_?card\w*|card_?number|cvv|iban|e?mail_?address|email|phone_?number|phone|date_?of_?birth|birth_?date|passport_?\w*|national_?id|access_?token|refresh_?token|api_?key|auth_?token|client_?secret|private_?key|session_?token|authorization)\b/i;
/** Words about the data rather than the data: `email_enabled`, `len(password)`, `passwordReset`. */
const about =
  /(is|has|no|num|count|len|size|valid\w*|check\w*|missing|invalid|hash(ed)?|masked?|redact\w*|mask\w*|encrypt\w*)[_A-Z(]\w*$|^(len|mask|redact|hash|bool|type)\(/i;

export const personalData: Detector = {
  id: "code/personal-data",
  reads: "what is handed to loggers and analytics",
  reversibility: "irreversible",
  hazard: "high",
  why: "What is logged is copied to places that nobody can empty.",
  remedy: "Log an opaque id, or redact the value before it reaches the logger.",
  source: "OWASP Logging Cheat Sheet, data to exclude; CWE-532",
  concerns: isProgram,
  detect: (file) => (!mentions(file, personal) ? [] : newCode(file).flatMap((l) => logged(file, l))),
};

function logged(file: ReadFile, line: CodeLine): Hit[] {
  const call = logs.exec(line.code);
  if (!call) return [];
  const from = call.index + call[0].length;
  const handed = [line.code.slice(from), ...interpolated(line.uncommented.slice(from))].join(" ");
  for (const word of handed.matchAll(/[A-Za-z_$][\w$.]*\(?/g)) {
    const last = word[0].split(".").at(-1) ?? "";
    if (
      personal.test(last) &&
      !about.test(last) &&
      !last.endsWith("(") &&
      !/^[A-Z_]+$/.test(last) &&
      !about.test(
        handed
          .slice(0, word.index + word[0].length)
          .split(/[,\s]/)
          .at(-1) ?? "",
      )
    )
      return [
        {
          path: file.change.path,
          line: line.number,
          why: `${word[0]} goes to a log; what is logged is copied to places that nobody can empty.`,
        },
      ];
  }
  return [];
}

/** Code inside string literals: `${user.email}`, `{user.email}`, `#{user.email}`. */
function interpolated(text: string): string[] {
  return [...text.matchAll(/[$#]?\{([^{}]+)\}/g)]
    .map((m) => m[1] ?? "")
    .filter((inside) => /^[\w.$]+(?:[:!][^}]*)?$/.test(inside.trim()) && !/^\d*$/.test(inside.trim()));
}
