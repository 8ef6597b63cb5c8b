/** The text under a heading of a description, trimmed and without HTML comments; null when there is no such heading. */
export function sectionNamed(body: string, name: string): string | null {
  const lines = withoutComments(body).split("\n");
  const wanted = name.trim().toLowerCase();
  const start = lines.findIndex((line) => headingOf(line)?.text === wanted);
  if (start < 0) return null;
  const level = headingOf(lines[start] ?? "")?.level ?? 1;
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => (headingOf(line)?.level ?? Infinity) <= level);
  return (end < 0 ? rest : rest.slice(0, end)).join("\n").trim();
}

function headingOf(line: string): { level: number; text: string } | null {
  const match = /^ {0,3}(#{1,6}) +(\S.*)$/.exec(line);
  if (!match) return null;
  const written = match[2] ?? "";
  let end = written.length;
  while (end > 0 && "#: \t\r".includes(written[end - 1] ?? "")) end--;
  return { level: (match[1] ?? "").length, text: written.slice(0, end).toLowerCase() };
}

/** What a template tells the author is not what the author said. */
function withoutComments(body: string): string {
  let out = "";
  let at = 0;
  for (;;) {
    const open = body.indexOf("<!--", at);
    if (open < 0) return out + body.slice(at);
    out += body.slice(at, open);
    const close = body.indexOf("-->", open + 4);
    if (close < 0) return out;
    at = close + 3;
  }
}

/** `#12`, `owner/repo#12`, an issue's address or a tracker's key such as `ABC-12`. */
export function linksIssue(body: string): boolean {
  const text = withoutComments(body);
  return (
    /(^|[\s([])([\w.-]+\/[\w.-]+)?#\d+\b/.test(text) ||
    /\/issues\/\d+\b/.test(text) ||
    /\b[A-Z][A-Z0-9]+-\d+\b/.test(text)
  );
}
