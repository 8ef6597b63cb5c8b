import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { commandsMax, parseCommands } from "./parse.js";

const said = (body: string) => parseCommands(body).commands.map((c) => [c.name, ...c.args].join(" "));

describe("commands in a comment", () => {
  test.each<[string, string, string[]]>([
    ["a mention", "@drumline queue", ["queue"]],
    ["a slash", "/drumline hold", ["hold"]],
    ["capitals", "@Drumline QUEUE Now", ["queue Now"]],
    ["after prose", "Looks fine to me.\n@drumline queue", ["queue"]],
    ["several", "@drumline resume\r\n@drumline queue\r\n", ["resume", "queue"]],
    ["quoted words", '@drumline refuse "no rollback plan" yet', ["refuse no rollback plan yet"]],
    ["up to three spaces", "   @drumline hold", ["hold"]],
    ["four spaces are code", "text\n\n    @drumline hold", []],
    ["not at the start", "please @drumline queue", []],
    ["another account", "@drumline-bot queue\n@drumliner queue", []],
    ["a quote", "> @drumline queue", []],
    ["a quote's lazy line", "> they said\n@drumline queue", []],
    ["after a quote", "> they said\n\n@drumline queue", ["queue"]],
    ["a fence", "```\n@drumline queue\n```", []],
    ["a tilde fence left open", "~~~sh\n@drumline queue", []],
    ["inline code over lines", "`a\n@drumline queue\nb`", []],
    ["an HTML comment", "<!--\n@drumline queue\n-->", []],
    ["an HTML comment in a line", "<!-- @drumline queue --> x", []],
    ["an HTML comment left open", "<!--\n\n@drumline queue", []],
    ["after an HTML comment", "<!-- hi -->\n\n@drumline queue", ["queue"]],
    ["a pre element", "<pre>\n@drumline queue\n</pre>", []],
    ["folded details", "<details>\n\n@drumline queue\n\n</details>", ["queue"]],
    ["a list item", "- @drumline queue", []],
  ])("%s", (_, body, expected) => {
    expect(said(body)).toEqual(expected);
  });

  test.each<[string, RegExp]>([
    ["@drumline", /say what to do/],
    ["@drumline frobnicate", /"frobnicate" is no command; there are queue/],
    ["@drumline refuse", /needs a reason/],
  ])("%s is answered with an error that names its line", (line, message) => {
    const { commands, errors } = parseCommands(`hello\n\n${line}`);
    expect(commands).toEqual([]);
    expect(errors).toEqual([{ line: 3, message: expect.stringMatching(message) }]);
  });

  test("there is a limit, and it is said", () => {
    const { commands, errors } = parseCommands("@drumline queue\n".repeat(commandsMax + 1));
    expect(commands).toHaveLength(commandsMax);
    expect(errors).toHaveLength(1);
  });

  test("a comment inside a fence never commands, whatever stands around it", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), (inside) => {
        const safe = inside.replace(/[`~]/g, "");
        expect(said(`\`\`\`\n${safe}\n@drumline queue\n\`\`\``)).toEqual([]);
      }),
    );
  });
});
