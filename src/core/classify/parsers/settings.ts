/** One `key: value` or `key = value` of a line. */
export interface Setting {
  /** The key, below the keys of the inline objects it stands in: `newCheckout.default`. */
  readonly name: string;
  /** The last key alone. */
  readonly key: string;
  readonly value: string;
}

/** A longer line is data or made by a machine; each place of it could begin a key. */
const lineCharsMax = 2_000;

const pair =
  /["']?([A-Za-z_$][\w.$-]*)["']?\s*(?::\s*[A-Za-z]\w*\s*=|:=|=>|[:=](?![=:>]))\s*("[^"]*"|'[^']*'|\{|[^\s,;{}[\]()"'][^,;{}[\]()"'#]*)?|\}/g;

/** All settings of one line of code or configuration without comments: several when an object or list is written on it. */
export function settingsOf(line: string): Setting[] {
  if (line.length > lineCharsMax) return [];
  const out: Setting[] = [];
  const open: string[] = [];
  for (const [whole, key, raw] of line.matchAll(pair)) {
    if (whole === "}") open.pop();
    else if (key !== undefined && raw === "{") open.push(key);
    else if (key !== undefined && raw !== undefined)
      out.push({ name: [...open, key].join("."), key, value: raw.replace(/^["']|["']$/g, "").trim() });
  }
  return out;
}
