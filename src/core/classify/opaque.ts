import type { FileChange } from "../model/change.js";
import type { Finding } from "../model/classification.js";

/**
 * What can't be read is unknown, never guessed at. Inert binaries are the exception: whatever their bytes, they
 * are shown or played, and a revert brings the old ones back.
 */
export function opaqueFinding(file: FileChange): Finding | null {
  const { patch } = file;
  switch (patch.state) {
    case "text":
    case "none":
      return null;
    case "missing":
      return {
        ...opaque(file.path, "opaque/patch"),
        why: missing[patch.why],
        remedy: "Split the change so that the whole diff can be read, or let a person read this file.",
      };
    case "submodule":
      return {
        ...opaque(file.path, "opaque/submodule"),
        why: "Points to another commit of a submodule; what changes there is not in this diff.",
        remedy: "Link the submodule's own reviewed change, or let a person compare the two commits.",
      };
    case "binary":
      if (file.status === "removed" || isInert(file.path)) return null;
      return {
        ...opaque(file.path, "opaque/binary"),
        why: "A binary whose contents can't be read from the diff.",
        remedy: "Build it from reviewed source in CI instead of committing it, or let a person vouch for it.",
      };
  }
}

const missing = {
  truncated: "The diff of this file was cut off, so the rest of it was not seen.",
  "not-sent": "The diff of this file was not sent (too large, or a merge of several parents).",
  malformed: "The diff of this file does not follow the format, so it was not read.",
  "over-limit": "The diff of this file is larger than what is read.",
} as const;

/** A finding that the change as a whole could not be seen. */
export function opaqueChange(detector: "opaque/empty" | "opaque/diff", why: string): Finding {
  return { ...opaque("(diff)", detector), why, remedy: "Give the whole diff of the change." };
}

/** A finding that a detector broke on a file. */
export function opaqueDetector(path: string, detector: string): Finding {
  return {
    ...opaque(path, "opaque/detector"),
    why: `The detector ${detector} failed on this file, so what it looks for may be there.`,
    remedy: "Let a person read this file, and report the failure.",
  };
}

function opaque(path: string, detector: string): Pick<Finding, "detector" | "path" | "reversibility" | "source"> {
  return { detector, path, reversibility: "unknown", source: "Drumline: unknown is never treated as safe" };
}

/** Images, fonts, sound, video and PDF by the last extension of the name. */
export function isInert(path: string): boolean {
  const dot = path.lastIndexOf(".");
  return dot >= 0 && inertExtensions.has(path.slice(dot + 1).toLowerCase());
}

const inertExtensions = new Set(
  (
    "png jpg jpeg jpe jfif gif webp avif heic heif bmp ico icns cur tif tiff tga dds hdr exr psd xcf svgz jp2 jxl " +
    "ttf otf ttc woff woff2 eot pfb " +
    "mp3 wav ogg oga opus flac m4a aac aif aiff mid midi weba " +
    "mp4 m4v mov webm avi mkv ogv mpg mpeg wmv 3gp " +
    "pdf"
  ).split(" "),
);
