import { isExamplePath, isTestPath, isVendoredPath } from "../path-kinds.js";

/** What a path says about SQL and migrations. */

const sqlFile = /\.(sql|psql|pgsql|mysql|ddl|cql)$/i;

/**
 * SQL that is run on a database: migrations and scripts, not fixtures of tests nor dumps of a schema. What stands in a
 * folder of migrations counts wherever that is: unknown is never safe.
 */
export function isSqlScript(path: string): boolean {
  if (!sqlFile.test(path) || isVendoredPath(path)) return false;
  return isMigrationPath(path) || (!isTestPath(path) && !isSchemaDump(path));
}

/** A migration in a language other than SQL; under tests only what is numbered like one, the rest tests migrations. */
export function isCodeMigration(path: string): boolean {
  if (!isMigrationPath(path) || isVendoredPath(path)) return false;
  return !isTestPath(path) || /(^|\/)[VM]?\d{3,}[\w-]*\.\w+$/.test(path);
}

/** The picture of a schema, kept by a tool or by hand: it says what is, the migration beside it says what is done. */
function isSchemaDump(path: string): boolean {
  return /(^|\/)(structure|schema|dump|schema[_-]dump|pg_dump[^/]*|[^/]*[._-]dump|init)\.(sql|ddl)$/i.test(path);
}

/** Data that is loaded into an empty database. */
export function isSeed(path: string): boolean {
  return /(^|\/)(seeds?|seeders|fixtures|sample[-_]?data|demo)(\/|[^/]*$)/i.test(path);
}

/** A file in a folder of migrations, or named like one (`V2__x.sql`, `1_x.up.sql`). */
export function isMigrationPath(path: string): boolean {
  return (
    /(^|\/)(migrations?|migrate|[\w-]*[-_]migrations?|[\w]+_migrate|alembic|flyway|liquibase|changelogs?|changesets?|evolutions|versioned|drizzle)\//i.test(
      path,
    ) || /(^|\/)([VUR]\d[\w.]*__|R__)[^/]*\.sql$|\.(up|down|do|undo)\.sql$/.test(path)
  );
}

/** Only run to go back: it does not count as the change, only as the way back. */
export function isWayBack(path: string): boolean {
  return (
    /(\.down\.\w+|[._-](down|undo|rollback|revert)\.sql)$/i.test(path) ||
    /(^|\/)(down|rollbacks?|undo|revert)(\.sql$|\/)/i.test(path) ||
    /(^|\/)U\d[\w.]*__[^/]*\.sql$/.test(path)
  );
}

/** A migration that a database may already have run: numbered, dated or hashed, in a language that is run. */
export function isOneMigration(path: string): boolean {
  if (!isMigrationPath(path) || isVendoredPath(path) || isTestPath(path) || isExamplePath(path) || isSeed(path))
    return false;
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (/^R__|^(README|env|__init__|index|schema|knexfile|config|atlas)\b/i.test(name)) return false;
  if (sqlFile.test(name)) return true;
  if (/(^|\/)(alembic|migrations)\/versions\/[^/]+\.py$/.test(path)) return true;
  return /^(?:[VM]|Migration)?\d{3,}[\w.-]*\.(py|rb|php|exs|ts|js|cjs|mjs|go|java|kt|cs|xml|ya?ml|json)$/i.test(name);
}

/** Databases whose changes of schema don't lock as PostgreSQL's do. */
export function isOtherDatabase(path: string, text: string): boolean {
  return (
    /(^|[/._-])(mysql|mariadb|sqlite3?|mssql|sqlserver|tsql|oracle|cassandra|clickhouse|snowflake|bigquery|spanner)([/._-]|\d|$)/i.test(
      path,
    ) ||
    /\.(mysql|cql)$/.test(path) ||
    /`\w+`|\bENGINE\s*=|\bAUTO_?INCREMENT\b|^\s*PRAGMA\s|\[\w+\]\.\[|^\s*GO\s*$|\bIDENTITY\s*\(\d|\bNVARCHAR\b/im.test(
      text,
    )
  );
}
