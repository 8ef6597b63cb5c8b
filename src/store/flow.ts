import { sql, type SQL } from "drizzle-orm";
import type { FlowRecord } from "../engine/ports.js";
import type { RepoName } from "../core/model/ids.js";
import { jsonTexts, list } from "./postgres.js";

/** Appends steps of flow of one queue. */
export function insertFlow(of: {
  readonly repo: RepoName;
  readonly base: string;
  readonly flow: readonly FlowRecord[];
}): SQL {
  const column = <T extends string | number | null>(pick: (record: FlowRecord) => T) => of.flow.map(pick);
  return sql`insert into drumline.flow (repo, base, number, at, event, data)
    select ${of.repo}, ${of.base}::text, f.number, f.at, f.event, f.data::json
    from unnest(
      ${list(
        column((f) => f.number),
        "integer",
      )},
      ${list(
        column((f) => f.at),
        "bigint",
      )},
      ${list(
        column((f) => f.event),
        "text",
      )},
      ${jsonTexts(of.flow.map((f) => f.data))}) as f (number, at, event, data)`;
}
