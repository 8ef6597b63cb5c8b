import type { Detector, Hit, ReadFile } from "../../detector.js";
import type { CodeLine } from "../../parsers/changed-code.js";
import { newCode, mentions } from "../../parsers/changed-code.js";
import { isProgram } from "./code-hunks.js";

const logs =
  /(?:\b(?:log(?:ger|ging)?|slog|log4j|Log|LOG(?:GER)?|_?logger|console|winston|pino|klog|zap|sugar|logrus)\s*(?:\.|::)\s*(?:trace|debug|info|warn(?:ing)?|error|exception|critical|fatal|log|print\w*|Trace\w*|Debug\w*|Info\w*|Warn\w*|Error\w*|Print\w*|Fatal\w*)|\b(?:log|trace|debug|info|warn|error|println|eprintln)!|\bSystem\.(?:out|err)\.print\w*|\bfmt\.Print\w*|\banalytics\.(?:track|identify)|\b(?:Sentry|sentry_sdk)\.\w+|\b(?:csv\w*\.)?writerows?|\bfputcsv|\bexportToCsv|\bprint|\bputs)\s*\(?/;
const personal =
  /(?<![A-Za-z])\w*?(password|passwd|passphrase|ssn|social_?security\w*|credit_?card\w*|card_?number|cvv|iban|e?mail_?address|email|phone_?number|phone|date_?of_?birth|birth_?date|passport_?\w*|national_?id|access_?token|refresh_?token|api_?key|auth_?token|client_?secret|private_?key|session_?token|authorization)\b/i;
/** Cheap look before words are told apart. */
const hint =
  /passw|passphrase|ssn|social_?sec|credit_?card|card_?number|cvv|iban|mail|phone|birth|passport|national_?id|token|api_?key|client_?secret|private_?key|authorization/i;
/** Words about the data rather than the data: `email_enabled`, `len(password)`, `passwordReset`. */
const about =
  /(is|has|no|num|count|len|size|valid\w*|check\w*|missing|invalid|hash(ed)?|masked?|redact\w*|mask\w*|encrypt\w*)[_A-Z(]\w*$|^(len|mask|redact|hash|bool|type)\(/i;

export const personalData: Detector = {
  id: "code/personal-data",
  reads: "what is handed to loggers and analytics, and the columns of exports",
  reversibility: "irreversible",
  hazard: "high",
  why: "What is logged is copied to places that nobody can empty.",
  remedy: "Log an opaque id, or redact the value before it reaches the logger.",
  source: "OWASP Logging Cheat Sheet, data to exclude; CWE-532",
  concerns: isProgram,
  detect: (file) => {
    if (!mentions(file, hint)) return [];
    const exported = isExport(file) ? newCode(file).flatMap((l) => listed(file, l)) : [];
    return [...newCode(file).flatMap((l) => logged(file, l)), ...exported];
  },
};

const writer =
  /\b(?:csv\b|\w*[Cc]sv\w*\(|DictWriter|writer?ows?\b|fputcsv|to_?csv|to_?excel|xlsx?|openpyxl|parquet|[Ee]xport\w*\()|\bCSV\b/;
const lists = /\b\w*(?:columns?|fields?|headers?|attributes|headings?)\b/i;

/** Columns about the data: whether there is some, or what can't be read back. */
const whether =
  /(^|_)(is|has|no|num|count|valid|masked|hash(ed)?|redacted|encrypted|enabled|verified)(_|$)|^(is|has)[A-Z]|(Hash|Masked|Enabled|Verified|Count)$/;

/** A file that writes rows to a table for others: by its name, or by what it calls. */
function isExport(file: ReadFile): boolean {
  const named = /(?:^|[/_.-])(?:exports?|exporters?|csv|reports?|dump)(?:[/_.-]|$)/i.test(file.change.path);
  return (named || mentions(file, writer)) && mentions(file, lists);
}

/** A column by its name in a text, a symbol or a word list: `["id", "email"]`, `:email,`, `%w[id email]`. */
function listed(file: ReadFile, line: CodeLine): Hit[] {
  if (!lists.test(line.code) && !/^\s*["':]?\w+["']?,?\s*$/.test(line.uncommented)) return [];
  const words = /%[wi]\[([^\]]*)\]/.exec(line.uncommented)?.[1]?.split(/\s+/) ?? [];
  const names = [...line.uncommented.matchAll(/["'`]([\w.-]{2,60})["'`]|(?<![\w:]):(\w+)/g)].map(
    (m) => m[1] ?? m[2] ?? "",
  );
  const found = [...words, ...names].find((name) => personal.test(name) && !whether.test(name));
  if (found === undefined) return [];
  const why = `The column ${found} goes into what is exported, and from there to places that nobody can empty.`;
  return [{ path: file.change.path, line: line.number, why }];
}

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
      (!last.endsWith("(") || /^get_?\w+\($/.test(last)) &&
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
