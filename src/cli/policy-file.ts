import { readFileSync } from "node:fs";
import { read } from "../core/model/read.js";
import { parsePolicy } from "../core/policy/parse.js";
import type { Policy } from "../core/policy/policy.js";
import { formatProblem } from "../core/policy/problem.js";
import { shippedPacks } from "../engine/packs.js";
import { InputError } from "./input.js";

/** A valid policy from a file, or a shipped pack by its name. @throws InputError with every problem, a line each */
export function readPolicyFile(named: string): Policy {
  const packs = shippedPacks();
  const text = packs[named] ?? readText(named);
  if (text.state !== "read") throw new InputError(`can't read ${named}`);
  const { policy, problems } = parsePolicy(text.value, { path: named, extended: packs });
  if (policy) return policy;
  throw new InputError(`${named} is no valid policy:\n${problems.map(formatProblem).join("\n")}`);
}

function readText(file: string) {
  try {
    return read(readFileSync(file, "utf8"));
  } catch (error) {
    throw new InputError(`can't read ${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
