import { expect, test } from "@jest/globals";
import { bars } from "./plots.js";

test("a plot's long names are not cut off, and its name says every figure", async () => {
  const long = "capacity outside what events show";
  const row = (label: string, value: number) => ({
    ...{ label, text: `${value} %` },
    parts: [{ value, fill: "--blue", means: "" }],
  });
  const drawn = String(await bars([row("review", 20), row(long, 1)], { title: "Gain" }));
  const [, x] = /<text x="([\d.]+)" y="46" text-anchor="end">capacity/.exec(drawn) ?? [];
  // At 13 px a letter takes up to 7 of them.
  expect(Number(x)).toBeGreaterThan(7 * long.length);
  expect(drawn).toContain(`aria-label="Gain: review 20 %; ${long} 1 %"`);
});
