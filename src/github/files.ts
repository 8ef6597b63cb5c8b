import { z } from "zod";
import type { FileChange, Patch } from "../core/model/change.js";
import type { PrNumber } from "../core/model/ids.js";
import { pageSize, type Request } from "./cache.js";
import * as schema from "./schema.js";

/** GitHub lists no more files of a pull request, and doesn't say that it left some out. */
const filesMax = 3_000;

/** How the files of a pull request are read, an open one's as one's that landed long ago. */
export function filesOf(
  at: { readonly owner: string; readonly repo: string },
  number: PrNumber,
): Request<FileChange[]> {
  return {
    path: "GET /repos/{owner}/{repo}/pulls/{pull_number}/files",
    parameters: { ...at, per_page: pageSize, pull_number: number },
    parse: (body) => z.array(schema.fileSchema).parse(body).map(fileChange),
    join: (pages) => pages.flat(),
    most: filesMax,
  };
}

function fileChange(file: z.infer<typeof schema.fileSchema>): FileChange {
  return {
    path: file.filename,
    ...(file.previous_filename !== undefined && { oldPath: file.previous_filename }),
    status: file.status === "unchanged" ? "changed" : file.status,
    added: file.additions,
    deleted: file.deletions,
    patch: patchOf(file),
  };
}

/** GitHub sends no patch for binaries, for what is too large, and where no line changed: three different things. */
function patchOf(file: z.infer<typeof schema.fileSchema>): Patch {
  if (file.patch !== undefined) {
    if (/^[-+]Subproject commit [0-9a-f]{40}/m.test(file.patch)) return { state: "submodule" };
    return { state: "text", text: file.patch };
  }
  if (file.changes > 0) return { state: "missing", why: "truncated" };
  if (file.status === "renamed" || file.status === "copied" || file.status === "changed") return { state: "none" };
  return { state: "binary" };
}
