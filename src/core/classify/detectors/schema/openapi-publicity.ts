import type { Reversibility } from "../../../model/classification.js";
import type { ReadFile } from "../../detector.js";

/**
 * Whether strangers use this interface: then what is taken away cannot be given back in time. Only what is shown
 * counts: a name that says so, `x-audience`, or a server that is neither local nor internal.
 */
export function contractDoor(file: ReadFile): Reversibility {
  return /(^|[/._-])(public|external|partners?)([/._-])/i.test(file.change.path) ||
    file.lines.some((l) => saysPublic.test(l.text))
    ? "irreversible"
    : "recoverable";
}

const saysPublic =
  /x-(audience|visibility)["']?\s*:\s*["']?(external-)?(public|partner)|["']?url["']?\s*:\s*["']?https:\/\/(api|public|developer)s?\.(?!(internal|local|example|test))[\w-]+\./i;
