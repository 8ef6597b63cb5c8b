import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";

const bin = resolve(import.meta.dirname, "../../../bin/drumline.js");

describe("drumline check", () => {
  let folder: string;
  const check = (...args: readonly string[]) =>
    spawnSync(process.execPath, [bin, "check", ...args], {
      encoding: "utf8",
      cwd: folder,
      env: { ...process.env, NO_COLOR: "1", GITHUB_TOKEN: "" },
    });
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "drumline-check-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("lists every problem at once and exits 1", () => {
    write("bad.yml", "rulez: []\nalways: { approvals: many }\n");
    const ran = check("bad.yml");
    expect(ran.stdout).toBe(
      "bad.yml:1:1: there is no `rulez`\n    did you mean `rules`?\n" +
        "bad.yml:2:22: `approvals`: wants a number, a mapping or a list, not `many`\n",
    );
    expect(ran.status).toBe(1);
  });

  test("runs the policy's tests and says what it means", () => {
    write("drumline.yml", "extends: default\ntests:\n  - { name: t, change: {}, expect: auto }\n");
    const ran = check();
    expect(ran.stdout).toContain(
      "drumline.yml:3:5: test `t`: expected auto; got review because of approvals-missing (always)",
    );
    expect(ran.stdout).toContain("irreversible or unknown waits for 2 approvals from write");
    expect(ran.status).toBe(1);
    write("drumline.yml", "extends: default\ntests:\n  - { name: t, change: {}, expect: review }\n");
    expect(check("--json").stdout).toContain('"valid": true');
    expect(check().status).toBe(0);
  });

  test("reads another repository's text when it is handed over", () => {
    write("org.yml", "extends: default\nrules:\n  - { name: ours, needs: { issue: true }, locked: true }\n");
    write("own.yml", "extends: acme/.github\nremove: ours\n");
    const without = check("own.yml");
    expect(without.stdout).toBe(
      "own.yml:1:10: `acme/.github` lies elsewhere and was not read\n" +
        "    hand it over with --org-policy FILE, or set GITHUB_TOKEN to a token that may read it\n" +
        "own.yml:2:9: no rule `ours` is inherited\n",
    );
    expect(check("own.yml", "--org-policy", "org.yml").stdout).toContain(
      "own.yml:2:9: `ours` is locked by acme/.github and cannot be removed",
    );
    expect(check("own.yml", "--extended", "acme/.github=org.yml").stdout).toContain(
      "own.yml:2:9: `ours` is locked by acme/.github and cannot be removed",
    );
  });

  test("knows that only an owner's .github can be extended from elsewhere", () => {
    write("far.yml", "extends: acme/shop\n");
    expect(check("far.yml").stdout).toBe(
      "far.yml:1:10: `acme/shop` cannot be extended\n    a shipped pack's name, or OWNER/.github\n",
    );
  });

  test("knows the detectors that a rule may look for", () => {
    write("find.yml", "extends: default\nrules: [{ name: a, when: { findings: sql/drop-colum } }]\n");
    const ran = check("find.yml");
    expect(ran.stdout).toContain("warning: `a` looks for findings of `sql/drop-colum`, and there is no such detector");
    expect(ran.stdout).toContain("did you mean `sql/drop-column`?");
    expect(ran.status).toBe(0);
  });

  test("exits 2 when there is nothing to read", () => {
    expect(check("missing.yml")).toMatchObject({ status: 2, stdout: "" });
    expect(check("missing.yml").stderr).toMatch(/^drumline check: can't read missing.yml: /);
  });

  test("prints the schema", () => {
    expect(JSON.parse(check("--schema").stdout)).toMatchObject({ title: "Drumline policy" });
  });
});
