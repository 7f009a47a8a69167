import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { createRequire, isBuiltin } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type * as DuckDb from "@duckdb/node-api";
import { afterAll, beforeAll, expect, test } from "vitest";
import { hashBytes } from "../../../kernel-lib/src/track/hash-file.js";
import { watchDatabases } from "../../../kernel-lib/src/track/watch-databases.js";
import { watchSqlite } from "../../../kernel-lib/src/track/watch-sqlite.js";
import { bindings, traceOf } from "./support.js";

const folder = mkdtempSync(join(realpathSync(tmpdir()), "tagline-duckdb-"));
let connection: DuckDb.DuckDBConnection;

beforeAll(async () => {
  watchDatabases();
  // Loaded as a notebook does it: by Node, after tracking stands.
  const { DuckDBInstance }: typeof DuckDb = createRequire(new URL("../../../kernel-lib/package.json", import.meta.url))(
    "@duckdb/node-api",
  );
  connection = await (await DuckDBInstance.create(":memory:")).connect();
});

afterAll(() => {
  connection.closeSync();
  rmSync(folder, { recursive: true, force: true });
});

test("statements that DuckDB is sent are noted, with rows where the driver says", async () => {
  let rows: unknown;
  const { queries } = await traceOf(async () => {
    await connection.run("create table t as select 1 as a union all select 2");
    rows = (await connection.runAndReadAll("select a from t where a > $1 order by a", [0])).getRows();
    await connection.run("select broken").catch(() => {});
  });
  expect(rows).toEqual([[1], [2]]);
  expect(queries).toEqual([
    {
      system: "duckdb",
      statement: "create table t as select 1 as a union all select 2",
      rows: expect.any(Number),
      durationMs: expect.any(Number),
    },
    { system: "duckdb", statement: "select a from t where a > $1 order by a", rows: 2, durationMs: expect.any(Number) },
    { system: "duckdb", statement: "select broken", rows: null, durationMs: expect.any(Number) },
  ]);
});

// Node 20 has none.
if (isBuiltin("node:sqlite"))
  test("statements of node:sqlite are noted, and its file", async () => {
    watchSqlite();
    const file = join(folder, "rows.db");
    const { queries, files } = await traceOf(async () => {
      const { DatabaseSync } = (await bindings().import("node:sqlite")) as {
        DatabaseSync: new (path: string) => Sqlite;
      };
      const database = new DatabaseSync(file);
      database.exec("create table t (a)");
      database.prepare("insert into t values (?)").run(1);
      database.prepare("select a from t").all();
      database.close();
    });
    expect(queries?.map(({ system, statement, rows }) => [system, statement, rows])).toEqual([
      ["sqlite", "create table t (a)", null],
      ["sqlite", "insert into t values (?)", 1],
      ["sqlite", "select a from t", 1],
    ]);
    expect(files.map(({ path, mode }) => [path, mode])).toEqual([
      [file, "read"],
      [file, "write"],
    ]);
  });

/** Of `node:sqlite`, which the types of Node 20 do not have. */
interface Sqlite {
  exec(sql: string): void;
  prepare(sql: string): { run(...values: number[]): unknown; all(): unknown };
  close(): void;
}

test("files that DuckDB reads and writes by itself are the cell's", async () => {
  const [csv, out] = [join(folder, "it's.csv"), join(folder, "out.csv")];
  writeFileSync(csv, "a\n1\n");
  const { files } = await traceOf(async () => {
    await connection.run(`copy (select a from '${csv.replace("'", "''")}') to '${out}' (header, delimiter ';')`);
  });
  expect(files).toEqual([
    { path: csv, mode: "read", ...hashBytes(Buffer.from("a\n1\n")) },
    { path: out, mode: "write", ...hashBytes(readFileSync(out)) },
  ]);
});

test("a statement's secrets are masked, and a long one is cut", async () => {
  const { queries } = await traceOf(async () => {
    await connection.run("select 'postgres://me:hunter22@host/db' as url");
    await connection.run(`select '${"x".repeat(5000)}' as text`);
  });
  expect(queries?.[0]?.statement).toBe("select 'postgres://me:•••@host/db' as url");
  expect(queries?.[1]?.statement).toHaveLength(2001);
});
