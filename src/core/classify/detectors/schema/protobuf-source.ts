import type { Detector } from "../../detector.js";
import { isProto, symbolsAfter, symbolsBefore } from "./protobuf-files.js";

export const protobufSource: Detector = {
  id: "schema/protobuf-source",
  reads: "packages, syntax, file options and places of protobuf files",
  reversibility: "recoverable",
  hazard: "medium",
  why: "Generated code gets another name or place: everything that imports it must change with it.",
  remedy: "Keep the old file as a shim that imports the new one publicly, until nobody imports it.",
  source:
    "buf.build/docs/breaking/rules: FILE_NO_DELETE, FILE_SAME_PACKAGE, FILE_SAME_SYNTAX, FILE_SAME_GO_PACKAGE and its like",
  concerns: (file) => isProto(file) && file.status !== "added",
  detect: (file) => {
    const { path, status, oldPath } = file.change;
    if (status === "removed") return [{ path, why: "The file is gone: everything that imports it fails to build." }];
    const moved =
      status === "renamed" && oldPath !== undefined
        ? [{ path, why: `The file moves from ${oldPath}: imports of the old place fail to build.` }]
        : [];
    const after = new Map(
      symbolsAfter(file)
        .filter((s) => s.kind === "file")
        .map((s) => [s.name, s]),
    );
    const changed = symbolsBefore(file)
      .filter((s) => s.kind === "file" && s.changed && s.scope === "" && !s.name.startsWith("import"))
      .flatMap((s) => {
        const is = after.get(s.name);
        return is?.type === s.type
          ? []
          : [
              {
                path,
                line: is?.line ?? s.line,
                why: `${s.name} goes from ${s.type} to ${is?.type ?? "nothing"}: full names or generated code change.`,
              },
            ];
      });
    return [...moved, ...changed];
  },
};
