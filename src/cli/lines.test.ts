import { PassThrough, Readable } from "node:stream";
import { describe, expect, test } from "@jest/globals";
import { LineError, longestLine, serveLines } from "./lines.js";

async function served(chunks: readonly string[]): Promise<unknown[]> {
  const output = new PassThrough();
  const seen: string[] = [];
  output.on("data", (chunk: Buffer) => seen.push(chunk.toString("utf8")));
  await serveLines(
    (request) => {
      if (request["fail"] === "known") throw new LineError("refused", "not that one");
      if (request["fail"] === "bug") throw new TypeError("broken");
      return { id: request["id"], got: request["value"] };
    },
    { input: Readable.from(chunks, { objectMode: false }), output },
  );
  return seen
    .join("")
    .split("\n")
    .filter((line) => line !== "")
    .map((line): unknown => JSON.parse(line));
}

describe("line protocol", () => {
  test("answers each line in order, whatever the chunks", async () => {
    const text = '{"id":1,"value":"é"}\r\n\n{"id":2,"value":2}\n{"id":3}';
    const expected = [{ id: 1, got: "é" }, { id: 2, got: 2 }, { id: 3 }];
    expect(await served([text])).toEqual(expected);
    expect(await served([...text])).toEqual(expected);
  });

  test("a bad line is answered and the stream goes on", async () => {
    const answers = await served(['nonsense\n[1]\n{"id":7,"fail":"known"}\n{"id":8,"fail":"bug"}\n{"id":9}\n']);
    expect(answers).toMatchObject([
      { id: null, error: { code: "bad-json" } },
      { id: null, error: { code: "bad-line" } },
      { id: 7, error: { code: "refused", message: "not that one" } },
      { id: 8, error: { code: "internal", message: "broken" } },
      { id: 9 },
    ]);
  });

  test("a line beyond the limit is refused, the next one is read", async () => {
    const half = "x".repeat(longestLine / 2 + 1);
    expect(await served([half, half, '\n{"id":1}\n'])).toMatchObject([{ error: { code: "line-too-long" } }, { id: 1 }]);
  });
});
