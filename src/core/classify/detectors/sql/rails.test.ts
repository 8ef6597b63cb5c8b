import { describe, expect, test } from "@jest/globals";
import { foundIn } from "../../../../../test/build/classified.js";

function migration(body: string, more = ""): string[] {
  const text = `class X < ActiveRecord::Migration[7.1]\n${more}  def change\n    ${body}\n  end\nend\n`;
  return foundIn("sql", { path: "db/migrate/20240101000000_x.rb", text }).map((f) => f.replace(/:.*/, ""));
}

function upDown(up: string, down: string): string[] {
  const text = `class X < ActiveRecord::Migration[7.1]\n  def up\n    ${up}\n  end\n\n  def down\n    ${down}\n  end\nend\n`;
  return foundIn("sql", { path: "db/migrate/20240101000000_x.rb", text }).map((f) => f.replace(/:.*/, ""));
}

/** Kinds of cases as in the tests of strong_migrations. */
const cases: ReadonlyArray<readonly [string, readonly string[]]> = [
  ["remove_column :users, :name", ["drop-column"]],
  ["remove_columns :users, :name, :other", ["drop-column"]],
  ["remove_timestamps :users", ["drop-column"]],
  ["remove_reference :users, :device", ["drop-column"]],
  ["safety_assured { remove_column :users, :name }", ["drop-column"]],
  ["drop_table :users", ["drop-table"]],
  ["create_table :users, force: :cascade do |t|\n      t.string :name\n    end", ["recreate-table"]],
  [
    "create_table :users do |t|\n      t.string :name, null: false\n      t.references :city, foreign_key: true\n    end\n    add_index :users, :name",
    [],
  ],
  ["create_join_table :users, :cities", []],
  ["create_join_table :users, :cities, force: true", ["recreate-table"]],
  ["rename_column :users, :a, :b", ["rename"]],
  ["rename_table :users, :people", ["rename"]],
  ["rename_index :users, :a, :b", []],
  ["change_column :users, :a, :integer", ["change-type"]],
  ["change_column_default :users, :a, from: 1, to: 2", []],
  ["change_column_null :users, :a, false", ["set-not-null"]],
  ["change_column_null :users, :a, false, 'x'", ["backfill", "set-not-null"]],
  ["change_column_null :users, :a, true", ["drop-not-null"]],
  ["validate_check_constraint :users, name: 'a_null'\n    change_column_null :users, :a, false", []],
  ["add_column :users, :a, :boolean, default: true", []],
  ["add_column :users, :a, :boolean, null: false", ["required-column"]],
  ['add_column :users, :a, :datetime, default: -> { "clock_timestamp()" }', ["volatile-default"]],
  ['add_column :users, :a, :uuid, default: "gen_random_uuid()"', ["volatile-default"]],
  ["add_column :users, :a, :json", ["json-column"]],
  ["add_column :users, :a, :jsonb", []],
  ['add_column :users, :a, :virtual, type: :string, as: "LOWER(b)", stored: true', ["volatile-default"]],
  ['add_column :users, :a, :virtual, type: :string, as: "LOWER(b)"', []],
  ["add_column :users, :a, :bigserial", ["volatile-default"]],
  ["add_index :users, :name", ["lock-index"]],
  ["add_index :users, :name, algorithm: :concurrently", []],
  ["add_index :users, [:a, :b, :c, :d], algorithm: :concurrently", ["wide-index"]],
  ["add_index :users, %i[a b c d], unique: true, algorithm: :concurrently", []],
  ["remove_index :users, :name", ["lock-index"]],
  ["remove_index :users, column: :name, algorithm: :concurrently", []],
  ["add_reference :users, :city", ["lock-index"]],
  ["add_reference :users, :city, index: false", []],
  ["add_reference :users, :city, index: {algorithm: :concurrently}", []],
  ["add_reference :users, :city, foreign_key: true, index: false", ["check-constraint"]],
  ["add_reference :users, :city, foreign_key: {validate: false}, index: false", []],
  ["add_belongs_to :users, :city", ["lock-index"]],
  ["add_foreign_key :users, :orders", ["check-constraint"]],
  ["add_foreign_key :users, :orders, validate: false", []],
  ["add_foreign_key :users, :orders, validate: false\n    validate_foreign_key :users, :orders", ["wrong-transaction"]],
  ['add_check_constraint :users, "a > 0", name: "b"', ["check-constraint"]],
  ['add_check_constraint :users, "a > 0", name: "b", validate: false', []],
  ["add_unique_constraint :users, :a", ["check-constraint"]],
  ['add_unique_constraint :users, using_index: "i"', []],
  ['add_exclusion_constraint :users, "a WITH =", using: :gist', ["check-constraint"]],
  ["change_table :users do |t|\n      t.remove :a\n      t.rename :b, :c\n    end", ["drop-column", "rename"]],
  ["execute 'DROP TABLE users'", ["drop-table"]],
  ["execute <<~SQL\n      ALTER TABLE users DROP COLUMN a;\n    SQL", ["drop-column"]],
  ["execute build_sql", ["opaque"]],
  ['execute "DROP TABLE #{name}"', ["drop-table"]],
  ["# remove_column :users, :name\n    say 'drop_table :users'", []],
  ["User.update_all(a: 1)", ["change-rows"]],
  ["add_column :users, :a, :integer\n    User.update_all(a: 1)", ["backfill"]],
  ["User.where(a: nil).delete_all", ["change-rows"]],
];

describe("Active Record migrations", () => {
  test.each(cases)("%s", (body, expected) => {
    expect(migration(body)).toEqual(expected);
  });

  test("validated outside a transaction", () => {
    const body = "add_foreign_key :a, :b, validate: false\n    validate_foreign_key :a, :b";
    expect(migration(body, "  disable_ddl_transaction!\n")).toEqual([]);
  });

  test.each([
    ["change_column :u, :a, :text", "change_column :u, :a, :string", []],
    ["change_column :u, :a, :string, limit: 21", "change_column :u, :a, :string, limit: 20", []],
    ["change_column :u, :a, :string, limit: 19", "change_column :u, :a, :string, limit: 20", ["narrow-type"]],
    ["change_column :u, :a, :string, limit: 20", "change_column :u, :a, :text", ["narrow-type"]],
    [
      "change_column :u, :a, :decimal, precision: 11, scale: 5",
      "change_column :u, :a, :decimal, precision: 10, scale: 5",
      [],
    ],
    [
      "change_column :u, :a, :decimal, precision: 10, scale: 6",
      "change_column :u, :a, :decimal, precision: 10, scale: 5",
      ["narrow-type"],
    ],
    ["change_column :u, :a, :datetime, precision: 3", "change_column :u, :a, :datetime", ["narrow-type"]],
    ["change_column :u, :a, :bigint", "change_column :u, :a, :integer", ["change-type"]],
    [
      "change_column :u, :a, :string, limit: 20, null: false",
      "change_column :u, :a, :string, limit: 20",
      ["set-not-null"],
    ],
    ["add_column :u, :a, :text", "remove_column :u, :a", []],
    ["add_column :u, :a, :text", "", ["no-way-back"]],
    ["add_column :u, :a, :text", "raise ActiveRecord::IrreversibleMigration", ["no-way-back"]],
    ["", "drop_table :u", []],
  ])("up: %s, down: %s", (up, down, expected) => {
    expect(upDown(up, down)).toEqual(expected);
  });

  test("the way back inside `reversible` does not count", () => {
    expect(
      migration(
        "reversible do |dir|\n      dir.up { add_column :u, :a, :text }\n      dir.down { remove_column :u, :a }\n    end",
      ),
    ).toEqual([]);
  });
});
