import { rememberFew } from "../../few.js";
import { Lexer, Source, TokenKind } from "graphql";
import type { Token } from "graphql";
import { headingOf, textOf } from "../../sides.js";
import type { Fragment } from "../../sides.js";

/** A type, field, argument, enum value, union member or directive of a GraphQL schema. */
export interface GraphqlMember {
  readonly kind:
    "type" | "input" | "enum" | "union" | "scalar" | "directive" | "field" | "argument" | "value" | "member";
  // A member is one of a union, an interface that a type implements, or what a directive may do.
  /** `User`, `User.name`, `User.posts(first)`. */
  readonly name: string;
  /** Of a field or argument, as written: `[Post!]!`. */
  readonly type: string;
  /** The default as written, without blanks; null without one. */
  readonly fallback: string | null;
  /** Inside an `input`, or an argument: what clients send. */
  readonly sent: boolean;
  readonly line: number;
  readonly changed: boolean;
}

/** The members that a fragment of a schema declares, read from GraphQL's own tokens: its parser takes whole documents only. */
export const graphqlMembers = rememberFew((fragment: Fragment): readonly GraphqlMember[] =>
  new Reader(fragment).members(),
);

const definitions = /^(type|interface|input|enum|union|scalar|directive)$/;
const operations = /^(query|mutation|subscription|fragment)$/;

/** Walks the tokens of one fragment once. A class, because the place in the tokens is shared by every step. */
class Reader {
  private readonly tokens: readonly Token[];
  private readonly skipped: number;
  private at = 0;
  private readonly out: GraphqlMember[] = [];

  constructor(private readonly fragment: Fragment) {
    const heading = headingOf(fragment);
    const inHeading =
      /^(extend\s+)?(type|interface|input|enum)\s+\w+[^{]*\{\s*$/.test(heading) &&
      /^\s/.test(fragment.find((l) => l.text.trim() !== "")?.text ?? "");
    this.skipped = inHeading ? 1 : 0;
    this.tokens = tokensOf(inHeading ? `${heading}\n${textOf(fragment)}` : textOf(fragment));
  }

  members(): GraphqlMember[] {
    if (
      this.skipped === 0 &&
      this.tokens[0]?.kind === TokenKind.NAME &&
      !/^(extend|schema)$/.test(this.word()) &&
      !definitions.test(this.word()) &&
      !operations.test(this.word())
    )
      this.body("?", "type");
    while (this.at < this.tokens.length) this.definition();
    return this.out;
  }

  private definition(): void {
    const word = this.word();
    const start = this.at++;
    if (operations.test(word)) return this.skipTo("}");
    if (!definitions.test(word)) return;
    if (word === "directive") this.at++;
    const name = this.word();
    this.at++;
    const kind = word === "interface" ? "type" : (word as GraphqlMember["kind"]);
    const extended = this.tokens[start - 1]?.value === "extend";
    if (!extended) this.put({ kind, name, sent: word === "input" }, start);
    if (word === "union") return this.union(name);
    if (word === "directive") return this.directive(name);
    if (word === "scalar") return;
    if (this.word() === "implements") this.interfaces(name);
    while (
      this.at < this.tokens.length &&
      this.kind() !== TokenKind.BRACE_L &&
      !(this.kind() === TokenKind.NAME && definitions.test(this.word()) && this.startsLine())
    )
      this.at++;
    if (this.kind() === TokenKind.BRACE_L) {
      this.at++;
      this.body(name, word);
    }
  }

  /** Members until the brace closes: `name(args): type`, or an enum's names. */
  private body(owner: string, of: string): void {
    while (this.at < this.tokens.length && this.kind() !== TokenKind.BRACE_R) {
      const start = this.at++;
      if (this.tokens[start]?.kind !== TokenKind.NAME) continue;
      const name = `${owner}.${this.tokens[start]?.value ?? ""}`;
      if (this.kind() === TokenKind.PAREN_L && of !== "enum") this.args(name);
      if (this.kind() === TokenKind.COLON)
        this.put({ kind: "field", name, sent: of === "input", ...this.typeAndDefault() }, start);
      else if (of === "enum" || (of === "type" && owner === "?")) this.put({ kind: "value", name, sent: false }, start);
      this.directives();
    }
    this.at++;
  }

  private args(field: string): void {
    this.at++;
    while (this.at < this.tokens.length && this.kind() !== TokenKind.PAREN_R) {
      const start = this.at++;
      if (this.tokens[start]?.kind !== TokenKind.NAME || this.kind() !== TokenKind.COLON) continue;
      this.put(
        {
          kind: "argument",
          name: `${field}(${this.tokens[start]?.value ?? ""})`,
          sent: true,
          ...this.typeAndDefault(),
        },
        start,
      );
      this.directives();
    }
    this.at++;
  }

  /** `implements Node & Named`. */
  private interfaces(type: string): void {
    this.at++;
    while (this.kind() === TokenKind.AMP || (this.kind() === TokenKind.NAME && !definitions.test(this.word()))) {
      if (this.kind() === TokenKind.NAME)
        this.put({ kind: "member", name: `${type} implements ${this.word()}`, sent: false }, this.at);
      this.at++;
    }
  }

  /** `@name(args) repeatable on FIELD | OBJECT`. */
  private directive(name: string): void {
    if (this.kind() === TokenKind.PAREN_L) this.args(`@${name}`);
    while (
      this.kind() === TokenKind.PIPE ||
      (this.kind() === TokenKind.NAME && /^(repeatable|on|[A-Z_]+)$/.test(this.word()))
    ) {
      if (this.kind() === TokenKind.NAME && this.word() !== "on")
        this.put({ kind: "member", name: `@${name} | ${this.word()}`, sent: false }, this.at);
      this.at++;
    }
  }

  private typeAndDefault(): { type: string; fallback: string | null } {
    this.at++;
    let type = "";
    while (
      this.kind() === TokenKind.BRACKET_L ||
      this.kind() === TokenKind.BRACKET_R ||
      this.kind() === TokenKind.BANG ||
      (this.kind() === TokenKind.NAME && !/\w$/.test(type) && !/[\]!]$/.test(type))
    ) {
      type += this.kind() === TokenKind.NAME ? this.word() : (this.kind() ?? "");
      this.at++;
    }
    return { type, fallback: this.kind() === TokenKind.EQUALS ? this.value() : null };
  }

  /** A default: one token, or all up to the bracket that closes it. */
  private value(): string {
    let text = "";
    let depth = 0;
    do {
      this.at++;
      const kind = this.kind();
      if (kind === TokenKind.BRACKET_L || kind === TokenKind.BRACE_L) depth++;
      if (kind === TokenKind.BRACKET_R || kind === TokenKind.BRACE_R) depth--;
      text += `${kind === TokenKind.DOLLAR ? "$" : this.word() || (kind ?? "")} `;
    } while (depth > 0 && this.at < this.tokens.length);
    this.at++;
    return text.trim();
  }

  private union(name: string): void {
    this.directives();
    if (this.kind() === TokenKind.EQUALS) this.at++;
    while (
      this.kind() === TokenKind.PIPE ||
      (this.kind() === TokenKind.NAME && !(definitions.test(this.word()) && this.startsLine()))
    ) {
      if (this.kind() === TokenKind.NAME)
        this.put({ kind: "member", name: `${name} | ${this.word()}`, sent: false }, this.at);
      this.at++;
    }
  }

  private directives(): void {
    while (this.kind() === TokenKind.AT) {
      this.at += 2;
      if (this.kind() === TokenKind.PAREN_L) this.skipTo(")");
    }
  }

  private skipTo(closer: ")" | "}"): void {
    const opener = closer === ")" ? TokenKind.PAREN_L : TokenKind.BRACE_L;
    let depth = 0;
    for (; this.at < this.tokens.length; this.at++) {
      if (this.kind() === opener) depth++;
      else if (this.kind() === (closer as TokenKind) && --depth <= 0) break;
    }
    this.at++;
  }

  private put(
    member: Pick<GraphqlMember, "kind" | "name" | "sent"> & { type?: string; fallback?: string | null },
    start: number,
  ): void {
    const row = (this.tokens[start]?.line ?? 1) - 1 - this.skipped;
    const end = (this.tokens[Math.max(start, this.at - 1)]?.line ?? 1) - 1 - this.skipped;
    const line = this.fragment[row];
    if (!line) return;
    const block = /^(type|input|enum|union|scalar|directive)$/.test(member.kind);
    const changed = this.fragment.slice(row, (block ? row : end) + 1).some((l) => l.changed);
    this.out.push({ type: "", fallback: null, ...member, line: line.number, changed });
  }

  private startsLine(): boolean {
    return this.tokens[this.at]?.column === 1;
  }

  private kind(): TokenKind | undefined {
    return this.tokens[this.at]?.kind;
  }

  private word(): string {
    return this.tokens[this.at]?.value ?? "";
  }
}

/** Comments and descriptions left out; stops where the text is no GraphQL. */
function tokensOf(text: string): Token[] {
  const lexer = new Lexer(new Source(text));
  const out: Token[] = [];
  let lists = 0;
  try {
    for (let token = lexer.advance(); token.kind !== TokenKind.EOF; token = lexer.advance()) {
      if (token.kind === TokenKind.BRACKET_L) lists++;
      else if (token.kind === TokenKind.BRACKET_R) lists--;
      if (!isText(token) || lists > 0 || isValueNext(out.at(-1))) out.push(token);
    }
  } catch {
    return out;
  }
  return out;
}

/** A text is a description unless it is the value of something: behind a sign, or in a list. */
function isText(token: Token): boolean {
  return token.kind === TokenKind.BLOCK_STRING || token.kind === TokenKind.STRING;
}

function isValueNext(before: Token | undefined): boolean {
  return before?.kind === TokenKind.EQUALS || before?.kind === TokenKind.COLON;
}
