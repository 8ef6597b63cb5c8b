import { once } from "node:events";
import type { Readable, Writable } from "node:stream";

/** A line longer than this (in characters) is refused with an error and passed over, so memory stays bounded. */
export const longestLine = 64 * 1024 * 1024;

/** Thrown by an `answer` function for a request that it cannot serve: answered as an error, the stream goes on. */
export class LineError extends Error {
  override readonly name = "LineError";
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

export interface LineIo {
  readonly input: Readable;
  readonly output: Writable;
}

/**
 * Serves a line protocol: one JSON value a line in, one answer a line out, in order, each written before the next
 * line is asked for; `answer` may give a promise, or undefined for a line that wants no answer (an event). Blank lines
 * are passed over. What `answer` throws, and what is not JSON, becomes `{"id":…,"error":{"code","message"}}`.
 */
export async function serveLines(
  answer: (request: Readonly<Record<string, unknown>>) => unknown,
  io: LineIo = { input: process.stdin, output: process.stdout },
): Promise<void> {
  for await (const line of linesOf(io.input)) {
    if (line.kind === "text" && line.text.trim() === "") continue;
    const reply = line.kind === "text" ? await answerTo(line.text, answer) : tooLong();
    if (reply === undefined) continue;
    if (!io.output.write(`${JSON.stringify(reply)}\n`)) await once(io.output, "drain");
  }
}

async function answerTo(
  text: string,
  answer: (request: Readonly<Record<string, unknown>>) => unknown,
): Promise<unknown> {
  let id: unknown = null;
  try {
    const request: unknown = JSON.parse(text);
    if (typeof request !== "object" || request === null || Array.isArray(request))
      throw new LineError("bad-line", "a line must hold one JSON object");
    const fields = request as Readonly<Record<string, unknown>>;
    id = fields["id"] ?? null;
    return await answer(fields);
  } catch (error) {
    return { id, error: describe(error) };
  }
}

function describe(error: unknown): { code: string; message: string } {
  if (error instanceof LineError) return { code: error.code, message: error.message };
  if (error instanceof SyntaxError) return { code: "bad-json", message: error.message };
  return { code: "internal", message: error instanceof Error ? error.message : String(error) };
}

function tooLong(): unknown {
  return { id: null, error: { code: "line-too-long", message: `a line may hold ${longestLine} characters` } };
}

type Line = { readonly kind: "text"; readonly text: string } | { readonly kind: "too-long" };

/** Lines of a stream as they arrive; pieces of a long line are joined once, so the cost stays linear. */
async function* linesOf(input: Readable): AsyncGenerator<Line> {
  input.setEncoding("utf8");
  let pieces: string[] = [];
  let length = 0;
  const take = (): Line => {
    const line: Line = length > longestLine ? { kind: "too-long" } : { kind: "text", text: pieces.join("") };
    pieces = [];
    length = 0;
    return line;
  };
  const add = (piece: string): void => {
    length += piece.length;
    if (length > longestLine) pieces = [];
    else pieces.push(piece);
  };
  for await (const chunk of input as AsyncIterable<string>) {
    let from = 0;
    for (let end = chunk.indexOf("\n"); end >= 0; end = chunk.indexOf("\n", from)) {
      add(chunk.slice(from, end));
      from = end + 1;
      yield take();
    }
    add(chunk.slice(from));
  }
  if (length > 0) yield take();
}
