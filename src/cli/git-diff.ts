import { spawn } from "node:child_process";

/** Bytes of a diff that are held; beyond it the change is too large to judge here. */
const diffBytes = 256 * 1024 * 1024;

/**
 * The diff of a range of commits in a clone. Settings of the clone that would change its form (colour, external
 * tools, prefixes, rename detection) are overruled, so that everyone sees the same change.
 */
export async function gitDiff(
  range: string,
  repo: string,
): Promise<{ readonly state: "read"; readonly text: string } | { readonly state: "unreadable"; readonly why: string }> {
  const git = spawn("git", ["-C", repo, ...settings, "diff", ...form, range, "--"], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const chunks: Buffer[] = [];
  const complaint: Buffer[] = [];
  let bytes = 0;
  git.stdout.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= diffBytes) chunks.push(chunk);
    else git.kill();
  });
  git.stderr.on("data", (chunk: Buffer) => complaint.push(chunk));
  const ended = await new Promise<number | string | null>((resolve) => {
    git.on("error", (error) => resolve(error.message));
    git.on("close", resolve);
  });
  if (bytes > diffBytes) return { state: "unreadable", why: `the diff of ${range} is larger than ${diffBytes} bytes` };
  if (ended === 0) return { state: "read", text: Buffer.concat(chunks).toString("utf8") };
  const said = typeof ended === "string" ? ended : Buffer.concat(complaint).toString("utf8").trim().split("\n")[0];
  return { state: "unreadable", why: `git diff ${range} in ${repo} failed: ${said ?? "no reason given"}` };
}

const settings = ["-c", "core.quotePath=true", "-c", "diff.noprefix=false", "-c", "diff.mnemonicPrefix=false"];
const form = ["--no-color", "--no-ext-diff", "--no-textconv", "--find-renames", "--submodule=short", "--full-index"];
