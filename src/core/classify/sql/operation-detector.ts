import type { Detector } from "../detector.js";
import type { OperationKind } from "./operation.js";
import { isDatabaseChange, operationsOf } from "./operations.js";

/** A detector of one kind of operation, whatever language the migration is written in. */
export function operationDetector(
  words: Omit<Detector, "concerns" | "detect"> & { readonly kind: OperationKind },
): Detector {
  const { kind, ...said } = words;
  return {
    ...said,
    concerns: isDatabaseChange,
    detect: (file) =>
      operationsOf(file)
        .filter((operation) => operation.kind === kind)
        .map(({ line, what, reversibility }) => ({
          path: file.change.path,
          line,
          why: `This ${what}. ${said.why}`,
          ...(reversibility !== undefined && { reversibility }),
        })),
  };
}
