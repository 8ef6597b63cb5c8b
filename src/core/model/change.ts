import type { Actor } from "./actor.js";

/** What became of a file: GitHub's words. `changed` is a change of mode or type only. */
export type FileStatus = "added" | "modified" | "removed" | "renamed" | "copied" | "changed";

/**
 * The text of a file's change, or why there is none. `text` holds unified hunks (from the first `@@`).
 * `none` means that nothing in the content changed (a pure rename, a mode). Everything else could not be read.
 */
export type Patch =
  | { readonly state: "text"; readonly text: string }
  | { readonly state: "none" }
  | { readonly state: "binary" }
  | { readonly state: "submodule" }
  | { readonly state: "missing"; readonly why: "truncated" | "not-sent" | "malformed" | "over-limit" };

export interface FileChange {
  readonly path: string;
  /** The name before a rename or copy. */
  readonly oldPath?: string;
  readonly status: FileStatus;
  /** Lines. */
  readonly added: number;
  readonly deleted: number;
  readonly patch: Patch;
  /** Git file modes, when known: `100755`, `120000` (link), `160000` (submodule). */
  readonly oldMode?: string;
  readonly newMode?: string;
}

/** A proposed change as classification sees it. */
export interface Change {
  readonly title: string;
  readonly body: string;
  readonly labels: readonly string[];
  readonly author: Actor;
  readonly files: readonly FileChange[];
}
