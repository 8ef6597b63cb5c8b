import { describe, expect, test } from "@jest/globals";
import { classifiedDiff, foundIn } from "../../../../../test/build/classified.js";

const found = (path: string, text: string) => foundIn("sql", { path, text });

/** SQL in a migration and what is found. Kinds of cases as in the rules of squawk, strong_migrations and eugene. */
const sql: ReadonlyArray<readonly [string, readonly string[]]> = [
  // drops
  ["DROP TABLE users;", ["drop-table:1"]],
  ["-- DROP TABLE users;\nSELECT 'drop table users;'; /* TRUNCATE a; */", []],
  ["SELECT 1;\n\n  drop table if exists a, b cascade;", ["drop-table:3"]],
  ["CREATE TABLE a (id int); DROP TABLE a;", []],
  ["ALTER TABLE users\n  ADD COLUMN a int,\n  DROP COLUMN name;", ["drop-column:3"]],
  ["ALTER TABLE users DROP COLUMN IF EXISTS name CASCADE;", ["drop-column:1"]],
  ["ALTER TABLE users DROP name;", ["drop-column:1"]],
  ["ALTER TABLE `users` DROP `name`;", ["drop-column:1"]],
  ["DROP DATABASE shop;", ["drop-database:1"]],
  ["DROP SCHEMA IF EXISTS shop CASCADE;", ["drop-database:1"]],
  ["DROP TYPE mood CASCADE;", ["drop-cascade:1"]],
  ["DROP TYPE mood;", []],
  ["DROP VIEW v; DROP FUNCTION f(int); DROP TRIGGER t ON users;", []],
  ["TRUNCATE a, b CASCADE;", ["truncate:1"]],
  ["TRUNCATE TABLE a;", ["truncate:1"]],
  // rows
  ["DELETE FROM users WHERE id < 10;", ["change-rows:1"]],
  ["UPDATE users SET name = lower(name);", ["change-rows:1"]],
  ["INSERT INTO roles (name) VALUES ('admin');", []],
  ["INSERT INTO t VALUES (1) ON CONFLICT (id) DO UPDATE SET a = 1;", ["change-rows:1"]],
  ["INSERT INTO t VALUES (1) ON CONFLICT DO NOTHING;", []],
  ["ALTER TABLE users ADD COLUMN a int;\nUPDATE users SET a = 1;", ["backfill:2"]],
  ["CREATE TABLE t (a int);\nINSERT INTO t SELECT 1;\nUPDATE t SET a = 2;\nDELETE FROM t;", []],
  ["WITH gone AS (DELETE FROM a RETURNING *) INSERT INTO b SELECT * FROM gone;", ["change-rows:1"]],
  ["{{ config() }}\nDELETE FROM {{ target }} WHERE a;", ["change-rows:1"]],
  ["DROP TABLE ${schema}.a;", ["drop-table:1"]],
  ["CALL tidy();", ["opaque:1"]],
  // columns
  ["ALTER TABLE users ADD COLUMN a int;", []],
  ["ALTER TABLE users ADD COLUMN a int NOT NULL DEFAULT 10;", []],
  ["ALTER TABLE users ADD COLUMN a int NOT NULL;", ["required-column:1"]],
  ["ALTER TABLE users ADD COLUMN a timestamptz NOT NULL DEFAULT now();", []],
  ["ALTER TABLE users ADD COLUMN a jsonb DEFAULT '{}'::jsonb;", []],
  ["ALTER TABLE users ADD COLUMN a uuid DEFAULT gen_random_uuid();", ["volatile-default:1"]],
  ["ALTER TABLE users ADD COLUMN a timestamptz DEFAULT now(123);", ["volatile-default:1"]],
  ["ALTER TABLE users ADD COLUMN a int DEFAULT 2 + 2;", []],
  ["ALTER TABLE t SET LOGGED, ADD COLUMN c integer DEFAULT uuid();", ["rewrite-table:1", "volatile-default:1"]],
  ["ALTER TABLE t ADD COLUMN b numeric GENERATED ALWAYS AS (a * 2) STORED NOT NULL;", ["volatile-default:1"]],
  ["ALTER TABLE t ADD COLUMN id serial PRIMARY KEY;", ["check-constraint:1", "volatile-default:1"]],
  ["ALTER TABLE t ADD COLUMN a json;", ["json-column:1"]],
  ["ALTER TABLE t ALTER COLUMN a TYPE text USING a::text;", ["change-type:1"]],
  ["ALTER TABLE t ALTER COLUMN a TYPE smallint;", ["narrow-type:1"]],
  ["ALTER TABLE t ALTER COLUMN a TYPE varchar(5) USING left(a, 5);", ["narrow-type:1"]],
  ["ALTER TABLE `t` MODIFY COLUMN a bigint NOT NULL;", ["change-type:1"]],
  ["ALTER TABLE t ALTER COLUMN a SET DEFAULT 1;", []],
  ["ALTER TABLE t ALTER COLUMN a SET NOT NULL;", ["set-not-null:1"]],
  [
    "ALTER TABLE t ADD CONSTRAINT c CHECK (a IS NOT NULL) NOT VALID;\nALTER TABLE t VALIDATE CONSTRAINT c;\nALTER TABLE t ALTER COLUMN a SET NOT NULL;",
    [],
  ],
  ["ALTER TABLE t VALIDATE CONSTRAINT t_a_not_null;\nALTER TABLE t ALTER COLUMN a SET NOT NULL;", []],
  ["ALTER TABLE t ALTER COLUMN a DROP NOT NULL;", ["drop-not-null:1"]],
  ["ALTER TABLE t RENAME COLUMN a TO b;", ["rename:1"]],
  ["ALTER TABLE t RENAME TO u;", ["rename:1"]],
  ["ALTER TABLE t SET SCHEMA archive;", ["rename:1"]],
  ["ALTER TYPE point DROP ATTRIBUTE z;", ["drop-column:1"]],
  ["ALTER INDEX i RENAME TO j;", []],
  ["ALTER TYPE mood RENAME VALUE 'a' TO 'b';", ["rename:1"]],
  ["ALTER TYPE mood ADD VALUE 'c' AFTER 'a';", ["enum-value:1"]],
  ["ALTER TABLE `t` CONVERT TO CHARACTER SET utf8mb4;", ["change-type:1"]],
  ["ALTER DOMAIN zip DROP NOT NULL;", ["drop-not-null:1"]],
  ["ALTER DOMAIN zip SET NOT NULL;", ["set-not-null:1"]],
  ["ALTER ROUTINE f(int) RENAME TO g;", ["rename:1"]],
  ["ALTER FUNCTION f(int) SET SCHEMA tools;", ["rename:1"]],
  ["ALTER TABLE `t` RENAME INDEX i TO j;", []],
  ["ALTER TABLE `t` ALTER COLUMN `a` SET DEFAULT 5;", []],
  ["CREATE TEMPORARY TABLE `x` (`id` int);\nDROP TEMPORARY TABLE `x`;", []],
  ["ALTER TABLE e TRUNCATE PARTITION p1;", ["truncate:1"]],
  ["CREATE INDEX CONCURRENTLY i ON t (a, b, c, d);", ["wide-index:1"]],
  // constraints and indexes
  ["ALTER TABLE a ADD CONSTRAINT f FOREIGN KEY (b) REFERENCES c (id);", ["check-constraint:1"]],
  [
    "ALTER TABLE a ADD CONSTRAINT f FOREIGN KEY (b) REFERENCES c (id) NOT VALID;\nALTER TABLE a VALIDATE CONSTRAINT f;",
    [],
  ],
  [
    "BEGIN;\nALTER TABLE a ADD CONSTRAINT f CHECK (b > 0) NOT VALID;\nALTER TABLE a VALIDATE CONSTRAINT f;\nCOMMIT;",
    ["wrong-transaction:3"],
  ],
  ["ALTER TABLE a ADD COLUMN b int REFERENCES c (id);", ["check-constraint:1"]],
  ["ALTER TABLE a ADD CONSTRAINT u UNIQUE (b);", ["check-constraint:1"]],
  ["ALTER TABLE a ADD COLUMN b text UNIQUE;", ["check-constraint:1"]],
  ["CREATE UNIQUE INDEX CONCURRENTLY i ON a (b);\nALTER TABLE a ADD CONSTRAINT u UNIQUE USING INDEX i;", []],
  ["ALTER TABLE a ADD PRIMARY KEY (id);", ["check-constraint:1"]],
  ["ALTER TABLE a ADD CONSTRAINT e EXCLUDE USING gist (r WITH &&);", ["check-constraint:1"]],
  ["ALTER TABLE a DROP CONSTRAINT u;", []],
  [
    "CREATE TABLE a (id int REFERENCES b (id), CHECK (id > 0));\nALTER TABLE a ADD CONSTRAINT u UNIQUE (id);\nCREATE INDEX i ON a (id);",
    [],
  ],
  ["CREATE INDEX i ON a (b);", ["lock-index:1"]],
  ["CREATE INDEX CONCURRENTLY i ON a (b);", []],
  ["BEGIN;\nCREATE INDEX CONCURRENTLY i ON a (b);\nCOMMIT;", ["wrong-transaction:2"]],
  ["DROP INDEX i;", ["lock-index:1"]],
  ["DROP INDEX CONCURRENTLY IF EXISTS i;", []],
  ["CREATE INDEX `i` ON `a` (`b`);", []],
  ["REINDEX INDEX CONCURRENTLY i; REINDEX TABLE t;", ["lock-index:1"]],
  // tables as a whole
  ["VACUUM FULL t;", ["rewrite-table:1"]],
  ["VACUUM (FULL FALSE) t; VACUUM ANALYZE t;", []],
  ["CLUSTER t USING i;", ["rewrite-table:1"]],
  ["ALTER TABLE t DETACH PARTITION p;", ["detach-partition:1"]],
  ["ALTER TABLE t DETACH PARTITION p CONCURRENTLY;", []],
  ["ALTER TABLE `t` DROP PARTITION p0;", ["drop-partition:1"]],
  [
    'CREATE TABLE "new_User" (id int);\nINSERT INTO "new_User" SELECT id FROM "User";\nDROP TABLE "User";\nALTER TABLE "new_User" RENAME TO "User";',
    ["change-type:3"],
  ],
  // code in code
  ["DO $$ BEGIN\n  DROP TABLE a;\nEND $$;", ["drop-table:1"]],
  ["DO $$ BEGIN EXECUTE format('drop table %I', 'a'); END $$;", ["opaque:1"]],
  ["CREATE FUNCTION f() RETURNS void AS $$ BEGIN DELETE FROM a; END $$ LANGUAGE plpgsql;", []],
  ["CREATE TRIGGER t AFTER INSERT ON a BEGIN DELETE FROM b; UPDATE c SET d = 1; END;", []],
  ["/*!40000 DROP DATABASE IF EXISTS `shop`*/;", ["drop-database:1"]],
  ["IF OBJECT_ID('a') IS NOT NULL DROP TABLE [dbo].[a]\nGO", ["drop-table:1"]],
  ["EXEC sp_rename 'a.b', 'c';", ["rename:1"]],
  ["GRANT SELECT ON t TO r; COMMENT ON TABLE t IS 'drop table t';", []],
  ["-- +goose Up\nALTER TABLE t ADD COLUMN a int;\n-- +goose Down\nALTER TABLE t DROP COLUMN a;", []],
  ["-- migrate:up\nDROP TABLE t;\n\n-- migrate:down\nCREATE TABLE t (id int);", ["drop-table:2"]],
];

describe("SQL in a new migration", () => {
  test.each(sql)("%s", (text, expected) => {
    expect(found("db/migrations/0007_x.sql", text)).toEqual(expected);
  });
});

describe("SQL in an edited file", () => {
  const edited = (hunk: string[]) => {
    const { findings } = classifiedDiff(
      ["diff --git a/sql/a.sql b/sql/a.sql", "--- a/sql/a.sql", "+++ b/sql/a.sql", ...hunk].join("\n"),
    );
    return findings.map((f) => `${f.detector}:${f.line ?? "-"}`);
  };

  test.each<[string, string[], string[]]>([
    [
      "an added action of a statement",
      ["@@ -4,2 +4,3 @@", " ALTER TABLE a", "+  DROP COLUMN b,", "   ADD COLUMN c int;"],
      ["sql/drop-column:5"],
    ],
    ["the statements around it don't count", ["@@ -1,2 +1,3 @@", " DROP TABLE a;", "+SELECT 1;", " DROP TABLE b;"], []],
    [
      "a statement cut by the hunk",
      ["@@ -9,1 +9,2 @@", "   ADD COLUMN c int,", "+  DROP COLUMN b;"],
      ["sql/drop-column:10"],
    ],
    ["a removed statement is not run", ["@@ -1,2 +1,1 @@", "-DROP TABLE a;", " SELECT 1;"], []],
    ["an added comment", ["@@ -1,1 +1,2 @@", " SELECT 1;", "+-- DROP TABLE a;"], []],
  ])("%s", (_, hunk, expected) => {
    expect(edited(hunk)).toEqual(expected);
  });
});

describe("where SQL stands", () => {
  test.each<[string, string, string[]]>([
    ["migrations/2_x.down.sql", "DROP TABLE t;", []],
    ["migrations/2_x.up.sql", "DROP TABLE t;", ["drop-table:1", "no-way-back:1"]],
    ["migrations/2_x.down.sql", "-- nothing", ["no-way-back:1"]],
    ["migrations/2.sql", "-- +goose Up\nSELECT 2;\n-- +goose Down\nSELECT 1;", ["no-way-back:1"]],
    [
      "database/migrations/2024_x.php",
      "public function up() { Schema::table('a', fn ($t) => $t->dropColumn('b')); }",
      ["drop-column:1"],
    ],
    [
      "database/migrations/2024_x.php",
      "public function up() { Schema::create('a', fn ($t) => $t->id()); }\npublic function down() { Schema::drop('a'); }",
      [],
    ],
    [
      "priv/repo/migrations/20240101_x.exs",
      "def change do\n  alter table(:a) do\n    remove :b\n  end\nend",
      ["drop-column:3"],
    ],
    [
      "Data/Migrations/20240101_X.cs",
      'protected override void Up(MigrationBuilder m) {\n  m.DropTable(name: "A");\n}',
      ["drop-table:2"],
    ],
    [
      "Data/Migrations/20240101_X.cs",
      "protected override void Up(MigrationBuilder m) {\n  m.Sql(text);\n}",
      ["opaque:2"],
    ],
    [
      "db/changelog/002_x.xml",
      '<changeSet>\n<dropColumn tableName="a" columnName="b"/>\n<rollback><dropTable tableName="z"/></rollback>\n</changeSet>',
      ["drop-column:2"],
    ],
    ["prisma/migrations/2024_x/migration.sql", "DROP TABLE t;", ["drop-table:1"]],
    ["flyway/sql/V2__x.sql", "DROP TABLE t;", ["drop-table:1"]],
    ["flyway/sql/U2__x.sql", "DROP TABLE t;", []],
    ["scripts/clean.sql", "DELETE FROM t WHERE old;", ["change-rows:1"]],
    ["queries/users.sql", "-- name: DeleteUser :exec\nDELETE FROM users WHERE id = $1;", []],
    ["db/structure.sql", "DROP TABLE IF EXISTS t;", []],
    ["test/fixtures/a.sql", "DROP TABLE t;", []],
    ["tests/shop/migrations/0002_x.sql", "DROP TABLE t;", ["drop-table:1"]],
    ["tests/migrations/test_x.py", "def test_x():\n    A.objects.all().delete()", []],
    ["tests/app/migrations/0002_x.py", "op = [migrations.DeleteModel('A')]", ["drop-table:1"]],
    ["src/migrations/run.test.ts", "test('x', () => { knex('a').del() })", []],
    ["db/seeds.sql", "DELETE FROM t;", []],
    ["mysql/migrations/1.sql", "CREATE INDEX i ON a (b);", []],
    ["README.md", "DROP TABLE t;", []],
  ])("%s", (path, text, expected) => {
    expect(found(path, text)).toEqual(expected);
  });
});
