/** The names in a git diff: quoted names, prefixes (`a/`, `b/`, git's mnemonic ones, none) and what they pair with. */

export interface PathPair {
  readonly oldPath: string;
  readonly newPath: string;
}

/** `diff.mnemonicPrefix` writes i/, w/, c/, o/ for index, worktree, commit and object; 1/ and 2/ are `--no-index`. */
const prefix = /^[abiwco12]\//;

/**
 * The two names of a `diff --git` line, without their prefixes. Null when they can't be told apart (a rename
 * of unquoted names with spaces): the lines that follow (`rename from`, `---`) then say it.
 */
export function gitHeaderPaths(line: string): PathPair | null {
  const rest = line.slice("diff --git ".length);
  if (rest.startsWith('"') || rest.endsWith('"')) {
    const names = splitQuoted(rest);
    return names && stripPair(names.oldPath, names.newPath);
  }
  // Both halves are the same name unless the file was renamed, so the separating space is in the middle.
  const middle = (rest.length - 1) / 2;
  if (rest[middle] === " ") {
    const pair = stripPair(rest.slice(0, middle), rest.slice(middle + 1));
    if (pair.oldPath === pair.newPath) return pair;
  }
  const space = rest.indexOf(" ");
  if (space > 0 && space === rest.lastIndexOf(" ")) return stripPair(rest.slice(0, space), rest.slice(space + 1));
  return null;
}

/** The name on a `---` or `+++` line; null for `/dev/null`. */
export function sidePath(line: string): string | null {
  let name = line.slice(4);
  if (name.startsWith('"')) name = unquote(name) ?? name;
  else {
    // A tab ends a name: git puts one after names with spaces, diff(1) one before the time.
    const tab = name.indexOf("\t");
    if (tab >= 0) name = name.slice(0, tab);
  }
  return name === "/dev/null" ? null : name;
}

/** Takes the prefixes off; names that are equal with theirs have none (`--no-prefix`). */
export function stripPair(oldName: string, newName: string): PathPair {
  if (oldName === newName || !prefix.test(oldName) || !prefix.test(newName)) {
    return { oldPath: oldName, newPath: newName };
  }
  return { oldPath: oldName.slice(2), newPath: newName.slice(2) };
}

export function stripOne(name: string): string {
  return prefix.test(name) ? name.slice(2) : name;
}

/** A plain or C-quoted name as git writes it after `rename from ` and the like. */
export function plainPath(text: string): string {
  return text.startsWith('"') ? (unquote(text) ?? text) : text;
}

function splitQuoted(rest: string): PathPair | null {
  if (rest.startsWith('"')) {
    const end = closingQuote(rest);
    if (end < 0) return null;
    return { oldPath: plainPath(rest.slice(0, end + 1)), newPath: plainPath(rest.slice(end + 2)) };
  }
  const start = rest.indexOf(' "');
  return start < 0 ? null : { oldPath: rest.slice(0, start), newPath: plainPath(rest.slice(start + 1)) };
}

function closingQuote(text: string): number {
  for (let i = 1; i < text.length; i++) {
    if (text[i] === "\\") i++;
    else if (text[i] === '"') return i;
  }
  return -1;
}

const escapes: Readonly<Record<string, number>> = {
  a: 7,
  b: 8,
  t: 9,
  n: 10,
  v: 11,
  f: 12,
  r: 13,
  '"': 34,
  "\\": 92,
};

/** Undoes git's C quoting: octal escapes are bytes of UTF-8. Null when the quote isn't closed or an escape is unknown. */
function unquote(text: string): string | null {
  const end = closingQuote(text);
  if (end < 0) return null;
  const bytes: number[] = [];
  const encoder = new TextEncoder();
  for (let i = 1; i < end;) {
    const at = text.codePointAt(i) ?? 0;
    if (text[i] !== "\\") {
      const char = String.fromCodePoint(at);
      bytes.push(...encoder.encode(char));
      i += char.length;
      continue;
    }
    const octal = /^[0-3][0-7]{2}/.exec(text.slice(i + 1, i + 4));
    const simple = escapes[text[i + 1] ?? ""];
    if (octal) {
      bytes.push(parseInt(octal[0], 8));
      i += 4;
    } else if (simple !== undefined) {
      bytes.push(simple);
      i += 2;
    } else return null;
  }
  return new TextDecoder().decode(new Uint8Array(bytes));
}
