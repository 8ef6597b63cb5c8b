import type { Detector, Hit, ReadFile } from "../../detector.js";
import type { DiffLine } from "../../hunks.js";
import { isDocsPath, isExamplePath, isTestPath } from "../../path-kinds.js";
import { addedLines, removedLines } from "../../sides.js";

interface Shape {
  readonly what: string;
  readonly pattern: RegExp;
}

/** Forms that issuers publish so that leaks can be found. */
const shapes: readonly Shape[] = [
  { what: "an AWS access key", pattern: /\b((?:AKIA|ASIA|ABIA|ACCA)[0-9A-Z]{16})\b/ },
  {
    what: "a GitHub token",
    pattern: /\b((?:ghp|gho|ghu|ghs|ghr)_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{60,255})\b/,
  },
  { what: "a GitLab token", pattern: /\b(glpat-[A-Za-z0-9_-]{20,})/ },
  { what: "a Slack token", pattern: /\b(xox[abeoprs]-[A-Za-z0-9-]{10,})/ },
  {
    what: "a Slack webhook",
    pattern: /(https:\/\/hooks\.slack\.com\/services\/T[A-Z0-9]+\/B[A-Z0-9]+\/[A-Za-z0-9]{20,})/,
  },
  { what: "a Stripe key", pattern: /\b((?:sk|rk)_live_[A-Za-z0-9]{16,})/ },
  { what: "a Google API key", pattern: /\b(AIza[0-9A-Za-z_-]{35})/ },
  { what: "a Google service account", pattern: /("private_key_id"\s*:\s*"[0-9a-f]{40}")/ },
  { what: "an npm token", pattern: /\b(npm_[A-Za-z0-9]{36})\b/ },
  { what: "a PyPI token", pattern: /\b(pypi-AgEIcHlwaS5vcmc[A-Za-z0-9_-]{50,})/ },
  { what: "a SendGrid key", pattern: /\b(SG\.[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]{30,})/ },
  { what: "a Twilio key", pattern: /\b(SK[0-9a-f]{32})\b/ },
  { what: "an OpenAI or Anthropic key", pattern: /\b(sk-(?:proj-|ant-[a-z0-9]+-)?[A-Za-z0-9_-]{32,})/ },
  { what: "a DigitalOcean token", pattern: /\b(do[opr]_v1_[0-9a-f]{64})\b/ },
  {
    what: "a private key",
    pattern: /(-----BEGIN (?:RSA |EC |DSA |OPENSSH |ENCRYPTED |PGP )?PRIVATE KEY(?: BLOCK)?-----)/,
  },
  { what: "a password in an address", pattern: /\b\w+:\/\/[^\s:/@"'${<]+:([^\s:/@"'${<]{6,})@[\w.-]+/ },
];
const assigned =
  /(?:password|passwd|secret|api_?key|auth_?token|access_?token|private_?key|client_?secret|signing_?key|encryption_?key)\w*["']?\s*(?::|=|=>|:=)\s*["']([^"'\s]{12,200})["']/i;
const placeholder =
  /example|sample|placeholder|change_?me|your[-_]?|dummy|fake|xxx|redact|\*{3}|<|\$\{|\{\{|%\(|process\.env|os\.environ|^(test|foo|bar|password|secret)|localhost|1234567/i;

export const secret: Detector = {
  id: "code/secret",
  reads: "added lines of every file, comments too",
  reversibility: "irreversible",
  hazard: "critical",
  why: "A secret that was pushed is known: removing it later doesn't unlearn it.",
  remedy: "Revoke it now, make a new one, and read it from the environment or a secret store.",
  source: "docs.github.com, supported secret scanning patterns; gitleaks rules",
  concerns: (file) => file.status !== "removed",
  detect: (file) => {
    const added = addedLines(file);
    const suspicious = added.filter((l) => l.text.length < lineCharsMax && hint.test(l.text));
    if (suspicious.length === 0) return [];
    const before = removedLines(file)
      .map((l) => l.text)
      .join("\n");
    return suspicious.flatMap((l) => leaked(file, { line: l, before }));
  },
};

/** A longer line is minified or generated. */
const lineCharsMax = 2_000;
/** Cheap look before the patterns. */
const hint =
  /AKIA|ASIA|ABIA|ACCA|gh[pousr]_|github_pat_|glpat-|xox|hooks\.slack|_live_|AIza|private_key|npm_|pypi-|SG\.|SK[0-9a-f]{32}|sk-|_v1_|PRIVATE KEY|:\/\/[^\s/]*:[^\s/]*@|passw|secret|api_?key|token|signing_?key|encryption_?key/i;

function leaked(file: ReadFile, { line, before }: { line: DiffLine; before: string }): Hit[] {
  const certain = known(line.text);
  const found = certain ?? guessed(line.text, file.change.path);
  if (!found || before.includes(found.value)) return [];
  const { path } = file.change;
  const rehearsal =
    isTestPath(path) ||
    isExamplePath(path) ||
    (isDocsPath(path) && !certain) ||
    /\.(example|sample|template|dist)$/.test(path);
  const why = `This looks like ${found.what}; what was pushed is known, even after it is removed.`;
  return [
    {
      path,
      line: line.number,
      why,
      ...(rehearsal && { reversibility: "recoverable" as const, hazard: "medium" as const }),
    },
  ];
}

function known(text: string): { what: string; value: string } | null {
  for (const { what, pattern } of shapes) {
    const value = pattern.exec(text)?.[1];
    if (
      value !== undefined &&
      !placeholder.test(value) &&
      (what === "a private key"
        ? !/["'`]-----BEGIN[^"'`]*["'`]\s*[,)\]:;]|includes|startsWith|match|regex|pattern/i.test(text)
        : true)
    )
      return { what, value };
  }
  return null;
}

/** A quoted literal under a telling name that looks drawn at random. */
function guessed(text: string, path: string): { what: string; value: string } | null {
  if (isTestPath(path) || isDocsPath(path)) return null;
  const value = assigned.exec(text)?.[1];
  if (value === undefined || placeholder.test(value) || !looksRandom(value)) return null;
  return { what: "a secret under a telling name", value };
}

function looksRandom(value: string): boolean {
  if (
    /^[\w.-]+(\.[\w-]+)+$|^[a-z]+([-_][a-z]+)*$|^\/|\s|:\/\/|^(arn|projects|secret):/i.test(value) ||
    !/\d/.test(value) ||
    !/[A-Za-z]/.test(value)
  )
    return false;
  const digits = value.replace(/\D/g, "").length;
  const mixed = (/[a-z]/.test(value) && /[A-Z]/.test(value)) || /^[0-9a-f]{24,}$/i.test(value);
  return mixed && digits >= 2 && entropy(value) >= 3.5;
}

/** Shannon's, in bits a character. */
function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const char of text) counts.set(char, (counts.get(char) ?? 0) + 1);
  return -[...counts.values()].reduce((sum, n) => sum + (n / text.length) * Math.log2(n / text.length), 0);
}
