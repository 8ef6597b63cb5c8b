import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { detectorTables } from "./detector-table.js";
import { detectors } from "./detectors.js";

const docs = join(import.meta.dirname, "../../../../docs/classification.md");

describe("the registry", () => {
  test("every detector has an id of its own and words for people", () => {
    expect(new Set(detectors.map((d) => d.id)).size).toBe(detectors.length);
    for (const d of detectors) {
      expect(d.id).toMatch(/^[a-z]+\/[a-z0-9-]+$/);
      for (const words of [d.reads, d.why, d.remedy, d.source]) expect(words.trim().length).toBeGreaterThan(3);
    }
  });

  // sed -i '/^## Detectors/q' docs/classification.md; (echo; npx drumline classify --detectors) >> docs/classification.md
  test("docs/classification.md shows it: paste what `drumline classify --detectors` prints", () => {
    expect(readFileSync(docs, "utf8")).toContain(detectorTables(detectors));
  });
});
