import type { BufferSize } from "../../model/buffer-size.js";
import type { Station } from "../../model/station.js";
import { workBetween } from "../flow/calendar.js";
import { dayMinutes, type Served } from "../flow/event.js";
import type { Ledger, Visit } from "../flow/ledger.js";
import type { ChainModel, DeployModel, PoolModel } from "../fit/model.js";
import { bufferSize, type StockNeed, type Supply } from "../pacer/buffer-size.js";
import { boundsOf, buildsEach, nightNeed, nothingHeldUp, ownTime, variationOfTries } from "../pacer/need.js";

/** How much ready work a station of the fitted chain wants before it, were it the constraint. */
export interface ChainBuffer {
  readonly station: Station;
  /** The team that judges; the station's own name elsewhere. */
  readonly team: string;
  readonly size: BufferSize;
}

/** Visits that ended so long ago are no longer counted. */
const countedDays = 28;
/** Deployments stocked, at least and at most. */
const deploysStocked = { least: 1, most: 4 };
/** Changes that land by chance, one by one, vary as a Poisson process does: by this for each. */
const byChance = 1;

export function chainBuffers(model: ChainModel, ledger: Ledger, now: number): ChainBuffer[] {
  const since = now - countedDays * dayMinutes;
  const visits = ledger.visits.filter((v) => v.actor !== null && v.left !== null && v.left >= since && v.left <= now);
  const chain = { model, visits };
  const pools = model.pools.map((pool): ChainBuffer => {
    const need = isJudged(pool.station) ? judgedNeed(pool, chain) : machineNeed(pool, chain);
    return { station: pool.station, team: pool.team, size: bufferSize(need) };
  });
  const need = model.deploy && deployNeed(model.deploy, leadToLanding(ledger, { since, now }));
  return need ? [...pools, { station: "deploy", team: "deploy", size: bufferSize(need) }] : pools;
}

interface Chain {
  readonly model: ChainModel;
  /** Those that ended lately. */
  readonly visits: readonly Visit[];
}

const isJudged = (station: Served): boolean => station === "review" || station === "approval";

/** People use up by day what builds, and before sign-off reviews too, make ready. */
function judgedNeed(pool: PoolModel, chain: Chain): StockNeed {
  const span = pool.calendar.to - pool.calendar.from;
  const each = meanVisit(pool);
  const before: Served[] = pool.station === "approval" ? ["ci", "review"] : ["ci"];
  const stages = before.flatMap((station) => stageOf(station, { pool, chain, span }));
  return {
    ...{ span, each, servers: Math.max(1, pool.servers), variation: pool.variation },
    supply: oneAfterAnother(stages),
    ...boundsOf(each, span),
  };
}

/** A station that makes work ready for another; none where nobody was ever seen at work there. */
function stageOf(
  station: Served,
  { pool, chain, span }: { readonly pool: PoolModel; readonly chain: Chain; readonly span: number },
): Supply[] {
  const { model, visits } = chain;
  const pools = model.pools.filter((p) => p.station === station);
  const [first] = pools;
  const rate = rateOf(pools);
  if (!first || rate === 0) return [];
  const count = (s: Served) => visits.filter((v) => v.station === s).length;
  const tries = buildsEach(count(station), count(pool.station));
  const uses = rateOf(model.pools.filter((p) => p.station === pool.station));
  const back = first.back.first;
  const once = station === "ci" ? first.work.mean : stayOf(visits, pools);
  return [
    {
      lead: ownTime((once + back * model.rework[station]) / (1 - back), span),
      pace: rate / (tries * uses),
      variation: variationOfTries(first.variation, back),
    },
  ];
}

/** Times add up, the slowest sets the pace, and what varies independently adds up in squares. */
function oneAfterAnother(stages: readonly Supply[]): Supply {
  if (stages.length === 0) return nothingHeldUp;
  const lead = stages.reduce((sum, s) => sum + s.lead, 0);
  const squares = stages.reduce((sum, s) => sum + (s.lead * s.variation) ** 2, 0);
  const pace = Math.min(...stages.map((s) => s.pace));
  return { lead, pace, variation: lead > 0 ? Math.sqrt(squares) / lead : 0 };
}

/** Minutes of a visit, first and later ones together. */
function meanVisit({ work, again, back }: PoolModel): number {
  const later = back.first / (1 - back.later);
  return (work.mean * (1 + again * later)) / (1 + later);
}

/** Visits a minute while everybody is at work. */
function rateOf(pools: readonly PoolModel[]): number {
  return pools.reduce((sum, p) => sum + p.servers / Math.max(1, meanVisit(p)), 0);
}

/** Working minutes from coming to a station until leaving it, waiting included. */
function stayOf(visits: readonly Visit[], pools: readonly PoolModel[]): number {
  const stays = pools.flatMap(({ station, team, calendar }) =>
    visits
      .filter((v) => v.station === station && v.team === team)
      .map((v) => workBetween(calendar, v.entered, v.left ?? v.entered)),
  );
  return stays.reduce((sum, stay) => sum + stay, 0) / Math.max(1, stays.length);
}

/** Builds go on through the night, in which people push nothing and judge nothing. */
function machineNeed({ station, work, variation, servers }: PoolModel, { model }: Chain): StockNeed {
  const judged = model.pools.filter((p) => isJudged(p.station)).map((p) => p.calendar);
  const feeding = station === "queue" && judged.length > 0 ? judged : [model.authors.calendar];
  const day = Math.max(...feeding.map(({ from, to }) => to - from));
  return nightNeed(dayMinutes - day, { each: work.mean, variation, servers });
}

/** What lands before the next deployment, and what is released after it, comes too late for the one after that. */
function deployNeed({ every, batch }: DeployModel, lead: number): StockNeed | null {
  if (batch === null) return null;
  const span = every + lead;
  return {
    ...{ span, each: every / batch, servers: 1, variation: byChance },
    supply: { lead: span, pace: 0, variation: 0 },
    least: deploysStocked.least * every,
    most: deploysStocked.most * every,
  };
}

/** Minutes from a change's first build or judgment to its landing: the middle one of those that landed lately. */
function leadToLanding(ledger: Ledger, { since, now }: { readonly since: number; readonly now: number }): number {
  const entered = new Map<string | number, number>();
  for (const { change, entered: at } of ledger.visits)
    entered.set(change.id, Math.min(at, entered.get(change.id) ?? at));
  const leads = [...ledger.changes.values()]
    .flatMap(({ id, landedAt }) => {
      const from = entered.get(id);
      return landedAt !== null && landedAt >= since && landedAt <= now && from !== undefined ? [landedAt - from] : [];
    })
    .sort((a, b) => a - b);
  return leads[Math.floor(leads.length / 2)] ?? 0;
}
