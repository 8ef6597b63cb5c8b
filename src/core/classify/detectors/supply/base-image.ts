import type { Detector, Hit, ReadFile } from "../../detector.js";
import { addedCode, removedCode } from "../../parsers/changed-code.js";
import { fileName, isTestPath } from "../../path-kinds.js";
import { stepBetween } from "./versions.js";

const from = /^\s*FROM\s+(?:--platform=\S+\s+)?([^\s:@]+)(?::([^\s@]+))?(@sha256:\S+)?/i;

export const baseImage: Detector = {
  id: "supply/base-image",
  reads: "`FROM` of Dockerfiles",
  reversibility: "recoverable",
  hazard: "medium",
  why: "The image under the program changes: another system, another runtime.",
  remedy: "Pin the digest, run the whole test suite on the new image, and keep the old one to go back to.",
  source: "docs.docker.com, Building best practices; hadolint DL3006, DL3007",
  concerns: (file) =>
    /^(Dockerfile|Containerfile)([.-].*)?$|\.dockerfile$/i.test(fileName(file.path)) &&
    file.status === "modified" &&
    !isTestPath(file.path),
  detect: (file) => changedBase(file),
};

function changedBase(file: ReadFile): Hit[] {
  const before = new Map(removedCode(file).flatMap((l) => named(l.uncommented)));
  const stages = new Set(file.lines.flatMap((l) => /\bAS\s+(\S+)/i.exec(l.text)?.[1] ?? []));
  return addedCode(file).flatMap((l) => {
    const [image] = named(l.uncommented);
    if (!image || stages.has(image[0])) return [];
    const [name, tag] = image;
    const was = before.get(name);
    const hit = { path: file.change.path, line: l.number };
    if (was === undefined) return before.size > 0 ? [{ ...hit, why: `The program now stands on ${name}.` }] : [];
    if (tag === "latest" && was !== "latest") return [{ ...hit, why: `${name} is no longer held to a version.` }];
    return stepBetween(was, tag) === "major" ? [{ ...hit, why: `${name} goes from ${was} to ${tag}.` }] : [];
  });
}

function named(text: string): [string, string][] {
  const m = from.exec(text);
  return m?.[1] === undefined ? [] : [[m[1], m[2] ?? (m[3] === undefined ? "latest" : "")]];
}
