import type { BufferSize } from "../../model/buffer-size.js";
import type { Station } from "../../model/station.js";

/** What a buffer's size is made of, in words. No figure is computed here. */

interface Words {
  /** What is stocked for until supply comes, and what for how much it varies. */
  readonly supply: string;
  readonly variation: string;
  /** What the bounds stand for. */
  readonly least: string;
  readonly most: string;
}

const one = "one at work and one ready";
const builds = { supply: "the night, in which people bring none", variation: "how much builds vary" };
const ofStation: Readonly<Partial<Record<Station, Words>>> = {
  review: {
    ...{ supply: "the time builds take", variation: "how much reviews and builds vary" },
    ...{ least: one, most: "two days' work" },
  },
  approval: {
    ...{ supply: "the time builds and reviews take", variation: "how much sign-offs and what comes before them vary" },
    ...{ least: one, most: "two days' work" },
  },
  ci: { ...builds, least: one, most: "two nights' work" },
  queue: { ...builds, least: one, most: "two nights' work" },
  deploy: {
    ...{
      supply: "the next deployment and until what is released now has landed",
      variation: "how unevenly changes land",
    },
    ...{ least: "one deployment", most: "four deployments" },
  },
};

/** "370 minutes each: 290 for the time builds take, 80 for how much reviews and builds vary". */
export function sizeWords(size: BufferSize, station: Station): string {
  const words = ofStation[station];
  const { unit, minutes } =
    station === "deploy" ? { unit: "hours", minutes: 60 } : { unit: "minutes each", minutes: 1 };
  const round = rounding(size.minutes, minutes);
  const whole = `${round(size.minutes)} ${unit}`;
  if (!words) return whole;
  if (size.bound === "least") return `${whole}, the least: ${words.least}`;
  if (size.bound === "most") return `${whole}, the most: ${words.most}`;
  // What is left of the rounded whole, so that the parts told add up to it.
  const supply = round(size.supply);
  return `${whole}: ${supply} for ${words.supply}, ${round(size.minutes) - supply} for ${words.variation}`;
}

/** To tens where there are hundreds, as no size is known better. */
function rounding(whole: number, unit: number): (minutes: number) => number {
  const grain = whole / unit < 100 ? 1 : 10;
  return (minutes) => grain * Math.round(minutes / unit / grain);
}
