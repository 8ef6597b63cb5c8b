import { describe, expect, test } from "@jest/globals";
import { read, type Read } from "../model/read.js";
import { readAffected, reportCharsMax, targetNameMax, targetsMax } from "./affected.js";

const many = (n: number): string => JSON.stringify(Array.from({ length: n }, (_, i) => `t${i}`));
const turboDry = {
  id: "2f",
  version: "1",
  packages: ["web", "//"],
  tasks: [{ taskId: "web#build", task: "build", package: "web" }],
};

describe("what a check says a change affects", () => {
  test.each<[string, string, readonly string[]]>([
    ["Drumline's own form", '{"targets": ["web", "api", "web"]}', ["api", "web"]],
    ["nx show projects --affected --json", '["web","web-e2e"]\n', ["web", "web-e2e"]],
    ["nx print-affected", '{"tasks":[],"projects":["web"]}', ["web"]],
    ["turbo run build --affected --dry=json", JSON.stringify(turboDry), ["//", "web"]],
    ["turbo ls --affected --output=json", '{"packageManager":"npm","packages":{"count":1,"items":[{"name":"web","path":"apps/web"}]}}', ["web"]], // prettier-ignore
    ["bazel query", "//web:app\n//web:lib\n//web/ui:all\n@rules_go//go:def.bzl\n//:gazelle\n", ["//", "//web", "//web/ui", "@rules_go//go"]], // prettier-ignore
    ["in a fenced block", '```json\n{"targets": ["web"]}\n```', ["web"]],
    ["as many as may be", many(targetsMax), Array.from({ length: targetsMax }, (_, i) => `t${i}`).sort()],
  ])("%s", (_, text, targets) => {
    expect(readAffected(text)).toEqual(read(targets));
  });

  test.each<[string, string, Read<never>["state"]]>([
    ["nothing", "", "unreadable"],
    ["an empty list: what a wrong question gets, too", "[]", "unreadable"],
    ["targets of no form", '{"targets": "web"}', "unreadable"],
    ["a number among names", '["web", 1]', "unreadable"],
    ["JSON that was cut off", '["web", "ap', "unreadable"],
    ["another document", '{"affected": true}', "unreadable"],
    ["prose", "web and api are affected", "unreadable"],
    ["prose among labels", "//web:app\nLoading: 0 packages loaded", "unreadable"],
    ["too many", many(targetsMax + 1), "unreadable"],
    ["too long a name", JSON.stringify(["x".repeat(targetNameMax + 1)]), "unreadable"],
    ["no name", '["web", ""]', "unreadable"],
    ["a name with a line break", '["web\\napi"]', "unreadable"],
    ["too long a text", " ".repeat(reportCharsMax + 1), "unreadable"],
  ])("%s", (_, text, state) => {
    expect(readAffected(text).state).toBe(state);
  });
});
