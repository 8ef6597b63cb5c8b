import { classify } from "../../classify/classify.js";
import type { FileChange } from "../../model/change.js";
import type { Read } from "../../model/read.js";
import type { PastLanding } from "./past.js";
import type { RecordedStep } from "./recorded-builds.js";

/** As many as a live verdict records. */
const pathsKept = 50;

/**
 * The verdict's step that a landed change of the past never got, marked as such: its class is what today's detectors
 * find in what it changed. It names no path and asks nobody, for nobody was asked. What can't be read is `unknown`.
 */
export function classStep(
  { number, judgedAt, title, author }: PastLanding,
  files: Read<readonly FileChange[]>,
): RecordedStep {
  const known = files.state === "read" ? files.value : [];
  const { reversibility } = classify({ title, body: "", labels: [], author, files: known });
  const paths = known.slice(0, pathsKept).map((file) => file.path);
  const told = files.state === "read" ? { paths } : { why: files.state === "absent" ? "not there" : files.why };
  return { at: judgedAt, number, event: "judged", data: { past: true, reversibility, ...told } };
}
