import type { ReadFile } from "../detector.js";
import { fileName, isCiPath } from "../path-kinds.js";
import { sidesOf, textOf } from "../sides.js";
import type { Fragment } from "../sides.js";
import { addedCode, removedCode } from "./changed-code.js";
import { captures } from "./grammars.js";

/** One command of a shell, with its words as written; `line` is where it begins. */
export interface ShellCommand {
  readonly text: string;
  readonly line: number;
}

const inCode =
  /\b(?:exec(?:Sync|File(?:Sync)?)?|spawn(?:Sync)?|system|popen|run|call|check_call|check_output|Popen|sh|execa|shell|subprocess\.\w+)\s*\(\s*f?(["'`])(.+?)\1/;

/**
 * Commands on added lines: of shell scripts by the shell's grammar, of CI, Makefiles and package scripts line by line,
 * and in other languages what is handed to a shell. Comments, strings that are only printed, and here-documents hold
 * none.
 */
export function addedCommands(file: ReadFile): ShellCommand[] {
  const { path } = file.change;
  const before = new Set(removedCode(file).map((l) => l.text.trim()));
  const found = isScript(file)
    ? sidesOf(file).after.flatMap(scriptCommands)
    : addedCode(file).flatMap((l) => {
        const text = handedToShell(path, l.uncommented);
        return text === null ? [] : shellCommands(text).map((command) => ({ text: command, line: l.number }));
      });
  const lines = new Map(addedCode(file).map((l) => [l.number, l.text.trim()]));
  return found.filter((c) => lines.has(c.line) && !before.has(lines.get(c.line) ?? ""));
}

function isScript(file: ReadFile): boolean {
  return /\.(sh|bash|zsh|ksh)$/.test(file.change.path) || /^#!.*\b(ba|z|k|da)?sh\b/.test(file.lines[0]?.text ?? "");
}

function scriptCommands(fragment: Fragment): ShellCommand[] {
  if (!fragment.some((l) => l.changed)) return [];
  return captures("bash", textOf(fragment), "(command) @command").flatMap((c) => {
    const line = fragment[c.row];
    return line ? [{ text: c.text, line: line.number }] : [];
  });
}

/** The commands of one line of shell. */
function shellCommands(text: string): string[] {
  return captures("bash", text, "(command) @command").map((c) => c.text);
}

/** What of a line the shell gets; null when the line is nothing for a shell. */
function handedToShell(path: string, text: string): string | null {
  const name = fileName(path);
  if (/^(GNUm|M|m)akefile$|\.mk$/.test(name)) return text.startsWith("\t") ? text.trim().replace(/^[@+-]+/, "") : null;
  if (name === "package.json")
    return /^\s*"[^"]+"\s*:\s*"((?:[^"\\]|\\.)*)"/.exec(text)?.[1]?.replace(/\\"/g, '"') ?? null;
  if (isCiPath(path) || /\.ya?ml$/.test(name))
    return text
      .trim()
      .replace(/^(-\s+)?((run|script|command|cmd|sh|bash|before_script|after_script)\s*:\s*[|>]?-?\s*)?(-\s+)?/, "")
      .replace(/^(["'])(.*)\1$/, "$2");
  return inCode.exec(text)?.[2] ?? null;
}
