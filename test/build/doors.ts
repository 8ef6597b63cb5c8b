import { expect, test } from "@jest/globals";
import type { Detector } from "../../src/core/classify/detector.js";
import { doorOf } from "./edits.js";

/** One case of a detector's table: a file before (null: it is new) and after (null: it is gone), and the door. */
export type DoorRow = readonly [
  name: string,
  detector: Detector,
  path: string,
  before: string | null,
  after: string | null,
  door: string,
];

export function testDoors(rows: readonly DoorRow[]): void {
  const cases = rows.map(([name, detector, path, before, after, door]) => ({
    name,
    detector,
    path,
    before,
    after,
    door,
  }));
  test.each(cases)("$detector.id: $name", ({ detector, path, before, after, door }) => {
    const edit = { path, ...(before !== null && { before }), ...(after !== null && { after }) };
    expect(doorOf(detector, edit)).toBe(door);
  });
}
