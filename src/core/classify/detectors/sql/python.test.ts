import { describe, expect, test } from "@jest/globals";
import { foundIn } from "../../../../../test/build/classified.js";

function names(path: string, text: string): string[] {
  return foundIn("sql", { path, text }).map((f) => f.replace(/:.*/, ""));
}

function django(operations: string, functions = ""): string[] {
  const text = `from django.db import migrations, models\n${functions}\n\nclass Migration(migrations.Migration):\n    dependencies = []\n    operations = [\n        ${operations},\n    ]\n`;
  return names("shop/migrations/0002_x.py", text);
}

function alembic(upgrade: string, downgrade = "op.drop_table('z')"): string[] {
  const text = `from alembic import op\nimport sqlalchemy as sa\n\n\ndef upgrade():\n    ${upgrade}\n\n\ndef downgrade():\n    ${downgrade}\n`;
  return names("alembic/versions/ab12_x.py", text);
}

describe("Django", () => {
  /** Kinds of cases as in the tests of django-migration-linter. */
  test.each<[string, string[]]>([
    ["migrations.RemoveField(model_name='a', name='b')", ["drop-column"]],
    ["migrations.DeleteModel(name='A')", ["drop-table"]],
    [
      "migrations.CreateModel(name='A', fields=[('b', models.IntegerField())]),\n        migrations.AddIndex(model_name='a', index=models.Index(fields=['b'], name='i'))",
      [],
    ],
    ["migrations.AddField(model_name='a', name='b', field=models.IntegerField(null=True))", []],
    ["migrations.AddField('a', 'b', models.IntegerField(default=1))", ["required-column"]],
    ["migrations.AddField('a', 'b', models.IntegerField(db_default=1))", []],
    ["migrations.AddField('a', 'b', models.ManyToManyField(to='shop.B'))", []],
    ["migrations.AddField('a', 'b', models.IntegerField(null=True, unique=True))", ["check-constraint"]],
    ["migrations.AlterField('a', 'b', models.BigIntegerField())", ["change-type"]],
    ["migrations.RenameField('a', 'b', 'c')", ["rename"]],
    ["migrations.RenameModel('A', 'B')", ["rename"]],
    ["migrations.AlterModelTable(name='a', table='b')", ["rename"]],
    ["migrations.AddIndex(model_name='a', index=models.Index(fields=['b'], name='i'))", ["lock-index"]],
    ["AddIndexConcurrently(model_name='a', index=models.Index(fields=['b'], name='i'))", []],
    ["migrations.AlterUniqueTogether(name='a', unique_together={('b', 'c')})", ["check-constraint"]],
    ["migrations.AlterUniqueTogether(name='a', unique_together=set())", []],
    [
      "migrations.AddConstraint(model_name='a', constraint=models.UniqueConstraint(fields=['b'], name='u'))",
      ["check-constraint"],
    ],
    ["migrations.AlterModelOptions(name='a', options={'ordering': ['b']})", []],
    ["migrations.RunSQL('DROP TABLE a', migrations.RunSQL.noop)", ["drop-table"]],
    ["migrations.RunSQL(sql='CREATE TABLE a (id int)', reverse_sql='DROP TABLE a')", []],
    ["migrations.RunSQL(['CREATE TABLE a (id int)'])", ["no-way-back"]],
    [
      'migrations.RunSQL("""\n            ALTER TABLE a DROP COLUMN b;\n        """, reverse_sql=\'SELECT 1\')',
      ["drop-column"],
    ],
    ["migrations.SeparateDatabaseAndState(state_operations=[migrations.RemoveField('a', 'b')])", []],
    ["# migrations.RemoveField('a', 'b')", []],
  ])("%s", (operations, expected) => {
    expect(django(operations)).toEqual(expected);
  });

  test("RunPython is judged by its function and its reverse", () => {
    const forward = "def forward(apps, schema_editor):\n    apps.get_model('a', 'B').objects.filter(x=1).update(x=2)\n";
    const plain = "def forward(apps, schema_editor):\n    apps.get_model('a', 'B').objects.create(x=1)\n";
    const back = "def back(apps, schema_editor):\n    apps.get_model('a', 'B').objects.all().delete()\n";
    expect(django("migrations.RunPython(forward, migrations.RunPython.noop)", forward)).toEqual(["change-rows"]);
    expect(django("migrations.RunPython(forward, back)", plain + back)).toEqual([]);
    expect(django("migrations.RunPython(forward)", plain)).toEqual(["no-way-back"]);
    expect(django("migrations.RunPython(partial(forward, 1), partial(back, 1))", plain + back)).toEqual([]);
    expect(django("migrations.RunPython(elsewhere, back)", back)).toEqual(["opaque"]);
    expect(django("migrations.RunPython(migrations.RunPython.noop, migrations.RunPython.noop)")).toEqual([]);
  });
});

describe("Alembic", () => {
  test.each<[string, string[]]>([
    ["op.drop_table('a')", ["drop-table"]],
    ["op.drop_column('a', 'b')", ["drop-column"]],
    ["op.create_table('a', sa.Column('id', sa.Integer()))\n    op.create_index('i', 'a', ['id'])", []],
    ["op.add_column('a', sa.Column('b', sa.Text(), nullable=True))", []],
    ["op.add_column('a', sa.Column('b', sa.Boolean(), nullable=False, server_default=sa.sql.false()))", []],
    ["op.add_column('a', sa.Column('b', sa.Boolean(), nullable=False))", ["required-column"]],
    ["op.add_column('a', sa.Column('b', sa.Integer(), sa.ForeignKey('c.id')))", ["check-constraint"]],
    ["op.alter_column('a', 'b', nullable=False)", ["set-not-null"]],
    ["op.alter_column('a', 'b', existing_type=sa.Integer(), nullable=True)", ["drop-not-null"]],
    ["op.alter_column('a', 'b', type_=sa.BigInteger(), existing_type=sa.Integer())", ["change-type"]],
    ["op.alter_column('a', 'b', type_=sa.String(10), existing_type=sa.String(20))", ["narrow-type"]],
    ["op.alter_column('a', 'b', new_column_name='c')", ["rename"]],
    ["op.alter_column('a', 'b', server_default=None)", []],
    ["op.rename_table('a', 'b')", ["rename"]],
    ["op.create_index('i', 'a', ['b'])", ["lock-index"]],
    ["op.create_index('i', 'a', ['b'], postgresql_concurrently=True)", []],
    ["op.create_foreign_key('f', 'a', 'b', ['c'], ['d'])", ["check-constraint"]],
    ["op.create_unique_constraint('u', 'a', ['b'])", ["check-constraint"]],
    ["op.execute('DROP TABLE a')", ["drop-table"]],
    ['op.execute(sa.text("UPDATE a SET b = 1"))', ["change-rows"]],
    ['op.execute(\n        "ALTER TABLE a "\n        "DROP COLUMN b"\n    )', ["drop-column"]],
    ['op.execute(\n        "ALTER INDEX a RENAME TO b"  # noqa\n    )', []],
    ["op.sync_enum_values(enum_schema='public', enum_name='e', new_values=['a'])", ["enum-value"]],
    ["op.execute(build())", ["opaque"]],
    ["conn = op.get_bind()\n    conn.execute(sa.text('DELETE FROM a'))", ["change-rows"]],
    ["op.get_bind().execute(sa.select(a.c.b))", []],
    ["session.query(A).filter(A.b == 1).delete()", ["change-rows"]],
    ["with op.batch_alter_table('a') as batch_op:\n        batch_op.drop_column('b')", ["drop-column"]],
  ])("%s", (upgrade, expected) => {
    expect(alembic(upgrade)).toEqual(expected);
  });

  test.each([
    ["pass", ["no-way-back"]],
    ['"""Nothing."""\n    # no\n    pass', ["no-way-back"]],
    ["raise NotImplementedError", ["no-way-back"]],
    ["op.drop_column('a', 'b')", []],
  ])("downgrade: %s", (downgrade, expected) => {
    expect(alembic("op.add_column('a', sa.Column('b', sa.Text()))", downgrade)).toEqual(expected);
  });
});
