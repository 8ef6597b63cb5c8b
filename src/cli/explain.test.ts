import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { spawnSync } from "node:child_process";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { aPull } from "../../test/build/facts.js";
import { facts } from "../../test/build/queue.js";
import { readsOf } from "../../test/build/reads.js";
import { prNumber } from "../core/model/ids.js";
import { read } from "../core/model/read.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "drumline-explain-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

test("a change of the policy is explained with what it would have decided otherwise", async () => {
  const different = [
    { number: prNumber(7), title: "Add `a`", was: "review", permitted: false, is: "auto", permits: true } as const,
  ];
  const replay = { units: 3, since: 0, differing: 1, different };
  const text = read({ path: ".github/drumline.yml", text: "rules: 7\n", digest: "d" });
  const known = facts({ pulls: [aPull({ proposedPolicy: { text, extended: {}, replay } })] });
  const record = await readsOf(known, { now: 0 }).decision(1);
  const file = join(folder, "record.json");
  writeFileSync(file, JSON.stringify(record));
  const { stdout, status } = spawnSync(process.execPath, ["bin/drumline.js", "explain", "--record", file], {
    encoding: "utf8",
  });
  expect(status).toBe(0);
  expect(stdout).toContain("Path: refuse\n");
  expect(stdout).toContain(`The policy that it proposes
  - It is not valid, so this change cannot land as it stands.
  - \`.github/drumline.yml:1:8: ˋrulesˋ: wants a list, not ˋ7ˋ\`
  - Replayed over the last 3 changes decided here, since 1970-01-01 00:00 UTC: 1 would have come out differently.
      #7 Add \`a\`: review -> auto, may land
`);
});
