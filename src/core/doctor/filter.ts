/**
 * Filter patterns of workflow triggers (docs.github.com, "Filter pattern cheat sheet"): `*` stays within a folder,
 * `**` crosses them, `?` and `+` repeat the character before them, `[a-z]`, and a `!` in front takes away again.
 * Matched as an automaton, in time proportional to pattern times text.
 */
interface Token {
  readonly takes: (character: string) => boolean;
  readonly least: 0 | 1;
  readonly most: "one" | "many";
}

/** Whether a list of patterns selects the name: the last pattern that matches decides. */
export function selects(patterns: readonly string[], name: string): boolean {
  return patterns.reduce((chosen, pattern) => {
    if (pattern.startsWith("!")) return matchesFilter(pattern.slice(1), name) ? false : chosen;
    return chosen || matchesFilter(pattern, name);
  }, false);
}

export function matchesFilter(pattern: string, name: string): boolean {
  const tokens = tokensOf(pattern);
  let reached = closure(tokens, new Set([0]));
  for (const character of name) {
    const next = new Set<number>();
    for (const at of reached) {
      const token = tokens[at];
      if (!token?.takes(character)) continue;
      next.add(at + 1);
      if (token.most === "many") next.add(at);
    }
    reached = closure(tokens, next);
  }
  return reached.has(tokens.length);
}

/** A token that may be absent may be passed over. One that took a character and may take more stands at itself and after. */
function closure(tokens: readonly Token[], positions: ReadonlySet<number>): Set<number> {
  const out = new Set(positions);
  for (const at of out) if (tokens[at]?.least === 0) out.add(at + 1);
  return out;
}

function tokensOf(pattern: string): Token[] {
  const tokens: Token[] = [];
  for (let i = 0; i < pattern.length; i++) {
    const character = pattern[i] ?? "";
    const last = tokens.at(-1);
    if (character === "*") {
      const crosses = pattern[i + 1] === "*";
      if (crosses) i++;
      tokens.push({ takes: crosses ? () => true : (c) => c !== "/", least: 0, most: "many" });
    } else if (character === "?" && last) tokens[tokens.length - 1] = { ...last, least: 0 };
    else if (character === "+" && last) tokens[tokens.length - 1] = { ...last, most: "many" };
    else if (character === "[" && pattern.indexOf("]", i + 1) > 0) {
      const close = pattern.indexOf("]", i + 1);
      tokens.push({ takes: inSet(pattern.slice(i + 1, close)), least: 1, most: "one" });
      i = close;
    } else {
      if (character === "\\" && i + 1 < pattern.length) i++;
      const literal = pattern[i] ?? "";
      tokens.push({ takes: (c) => c === literal, least: 1, most: "one" });
    }
  }
  return tokens;
}

function inSet(body: string): (character: string) => boolean {
  return (character) => {
    for (let i = 0; i < body.length; i++) {
      const low = body[i] ?? "";
      const high = body[i + 1] === "-" && i + 2 < body.length ? (body[i + 2] ?? "") : low;
      if (character >= low && character <= high) return true;
      if (high !== low) i += 2;
    }
    return false;
  };
}
