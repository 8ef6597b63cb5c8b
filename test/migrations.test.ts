import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { getTableConfig, PgTable } from "drizzle-orm/pg-core";
import type pg from "pg";
import { prNumber } from "../src/core/model/ids.js";
import { migrate, readMigrations, type Migration } from "../src/store/migrate.js";
import { openPool } from "../src/store/postgres.js";
import * as schema from "../src/store/schema.js";
import { quiet, testServer, type TestServer } from "./store/server.js";

const samples = resolve(import.meta.dirname, "../../test/store/samples");

let server: TestServer;
let migrations: readonly Migration[];
const pools: pg.Pool[] = [];
beforeAll(async () => {
  server = await testServer();
  migrations = await readMigrations();
});
afterAll(async () => {
  await Promise.all(pools.map((pool) => pool.end()));
  await server.stop();
});

function poolOn(url: string): pg.Pool {
  const pool = openPool({ connection: { connectionString: url }, max: 4, name: "migrations test" }, quiet);
  pools.push(pool);
  return pool;
}

const tables = Object.values<unknown>(schema)
  .filter((value) => value instanceof PgTable)
  .map((table) => getTableConfig(table));

describe("migrations", () => {
  test("rows written at any migration survive all later ones and are read by today's program", async () => {
    const url = await server.emptyDatabase();
    const pool = poolOn(url);
    for (const [i, migration] of migrations.entries()) {
      await migrate(pool, migrations.slice(0, i + 1));
      await pool.query(readFileSync(resolve(samples, migration.name), "utf8"));
    }
    for (const table of tables) {
      const { rows } = await pool.query<{ count: string }>(`select count(*) from drumline.${table.name}`);
      expect([table.name, Number(rows[0]?.count)]).not.toEqual([table.name, 0]);
    }
    const { store, readPort } = await server.open({ url });
    const loaded = await store.withLease("acme/shop@main", async (lease) => await store.load(lease));
    expect(loaded).toMatchObject({
      version: 3,
      lastGoodPolicy: { digest: "p1" },
      outcomes: [{ githubId: 5 }],
      witnesses: [{ number: 12 }],
    });
    expect(await store.dueWords("acme/shop@main", Date.now())).toMatchObject([{ posted: { githubId: 5 } }]);
    const record = await readPort.lastDecisionAbout("acme/shop", prNumber(12));
    expect(record?.facts).toEqual({ queue: "acme/shop@main", pulls: [{ number: 12, $odd: 1 }] });
    expect(await readPort.flow("acme/shop@main", 0)).toHaveLength(2);
  });

  test("leave the tables as the schema in code has them", async () => {
    const client = await server.client(await server.database());
    const { rows } = await client.query<{ table: string; column: string; type: string; nullable: boolean }>(
      `select table_name as table, column_name as column, data_type as type, is_nullable = 'YES' as nullable
       from information_schema.columns where table_schema = 'drumline'`,
    );
    const found = rows.map((row) => [row.table, row.column, row.type, row.nullable].join(" ")).sort();
    const inCode = tables.flatMap((table) =>
      table.columns.map((column) =>
        [
          table.name,
          column.name,
          column.getSQLType().replace(/^timestamp$/, "$& with time zone"),
          !column.notNull,
        ].join(" "),
      ),
    );
    expect(inCode.sort()).toEqual(found);
  });

  test("two processes starting at once migrate once", async () => {
    const url = await server.emptyDatabase();
    const both = [poolOn(url), poolOn(url)];
    await Promise.all(both.map(async (pool) => await migrate(pool)));
    const { rows } = await both[0]!.query("select * from public.drumline_migrations");
    expect(rows).toHaveLength(migrations.length);
  });

  test("one edited after it was applied, or a newer program's, is refused", async () => {
    const pool = poolOn(await server.database());
    const edited = migrations.map((m) => ({ ...m, text: `${m.text}\n-- edited` }));
    await expect(migrate(pool, edited)).rejects.toThrow("edited after it was applied");
    await expect(migrate(pool, [])).rejects.toThrow("used by a newer Drumline");
  });

  test("one that fails leaves nothing behind and names itself", async () => {
    const pool = poolOn(await server.database());
    const bad = { name: "9999_bad.sql", text: "create table drumline.half (id int); select nonsense" };
    await expect(migrate(pool, [...migrations, bad])).rejects.toThrow("migration 9999_bad.sql failed");
    expect((await pool.query("select to_regclass('drumline.half') as half")).rows).toEqual([{ half: null }]);
    await migrate(pool);
  });
});
