import { describe, expect, test } from "@jest/globals";
import { foundIn } from "../../../../../test/build/classified.js";

function names(text: string): string[] {
  return foundIn("sql", { path: "db/migrations/20240101_x.ts", text }).map((f) => f.replace(/:.*/, ""));
}
const down = "await knex.schema.dropTable('z')";

describe("Knex", () => {
  test.each<[string, string[]]>([
    ["await knex.schema.dropTable('a')", ["drop-table"]],
    ["await knex.schema.createTable('a', (t) => { t.string('b').notNullable(); t.index('b') })", []],
    ["await knex.schema.alterTable('a', (t) => { t.dropColumn('b') })", ["drop-column"]],
    ["await knex.schema.table('a', function (table) { table.renameColumn('b', 'c') })", ["rename"]],
    ["await knex.schema.alterTable('a', (t) => { t.string('b') })", []],
    ["await knex.schema.alterTable('a', (t) => { t.string('b').notNullable() })", ["required-column"]],
    ["await knex.schema.alterTable('a', (t) => { t.string('b').notNullable().defaultTo('x') })", []],
    ["await knex.schema.alterTable('a', (t) => { t.bigInteger('b').alter() })", ["change-type"]],
    ["await knex.schema.alterTable('a', (t) => { t.index(['b']) })", ["lock-index"]],
    ["await knex.raw('TRUNCATE a')", ["truncate"]],
    ["await knex.raw(`ALTER TABLE a\n  DROP COLUMN b`)", ["drop-column"]],
    ["await knex.raw(build())", ["opaque"]],
    ["await knex('a').where({ b: 1 }).del()", ["change-rows"]],
    ["// await knex.schema.dropTable('a')\n  console.log('dropTable')", []],
  ])("%s", (up, expected) => {
    const text = `export async function up(knex: Knex) {\n  ${up}\n}\n\nexport async function down(knex: Knex) {\n  ${down}\n}\n`;
    expect(names(text)).toEqual(expected);
  });

  test("a missing or empty down", () => {
    const up = "exports.up = async (knex) => { await knex.schema.createTable('a', (t) => {}) }\n";
    expect(names(up)).toEqual(["no-way-back"]);
    expect(names(`${up}exports.down = async () => {}\n`)).toEqual(["no-way-back"]);
    expect(names(`${up}exports.down = (knex) => knex.schema.dropTable('a')\n`)).toEqual([]);
  });
});

describe("Sequelize and TypeORM", () => {
  test.each<[string, string[]]>([
    ["await queryInterface.removeColumn('a', 'b')", ["drop-column"]],
    ["await queryInterface.addColumn('a', 'b', { type: Sequelize.STRING, allowNull: false })", ["required-column"]],
    ["await queryInterface.addColumn('a', 'b', { type: Sequelize.STRING })", []],
    ["await queryInterface.changeColumn('a', 'b', { type: Sequelize.TEXT })", ["change-type"]],
    ["await queryInterface.addIndex('a', ['b'])", ["lock-index"]],
    ["await queryInterface.addIndex('a', ['b'], { concurrently: true })", []],
    ["await queryInterface.bulkDelete('a', null, {})", ["change-rows"]],
    ["await queryInterface.sequelize.query('DROP TABLE a')", ["drop-table"]],
  ])("%s", (up, expected) => {
    const text = `module.exports = {\n  up: async (queryInterface, Sequelize) => {\n    ${up}\n  },\n  async down(queryInterface) {\n    await queryInterface.dropTable('z')\n  },\n}\n`;
    expect(names(text)).toEqual(expected);
  });

  test("TypeORM's queries are SQL", () => {
    const text = `export class X1 implements MigrationInterface {\n  public async up(queryRunner: QueryRunner): Promise<void> {\n    await queryRunner.query(\`ALTER TABLE "a" DROP COLUMN "b"\`);\n    await queryRunner.renameTable("a", "c");\n  }\n  public async down(queryRunner: QueryRunner): Promise<void> {\n    await queryRunner.query(\`DROP TABLE "a"\`);\n  }\n}\n`;
    expect(names(text)).toEqual(["drop-column", "rename"]);
  });
});
