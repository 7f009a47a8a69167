import type { DuckDBConnection } from "@duckdb/node-api";
import { type LogReader, openReader } from "../reader.js";
import { eventRows } from "./event-rows.js";
import { eventsFor, VIEWS } from "./sql-views.js";

export interface QueryResult {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  /** Values of JSON; numbers past 2^53 are text. */
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

/** What is wrong with the query, in the database's own words. */
export class QueryError extends Error {
  override readonly name = "QueryError";
}

/**
 * Asks the log in SQL, with DuckDB's dialect. There are the table `events` (one row an event: `id`, `writer`, `seq`, `ts`, `kind`, `run`,
 * `author`, `host`, `event` as JSON) and the views of `SQL_TABLES`. The query sees a copy in memory: it can change nothing, and
 * neither files nor the network are open to it. Of the log no more is read than the tables hold that the query names.
 *
 * @throws QueryError if the database refuses it
 */
export async function queryEvents(from: string | LogReader, sql: string): Promise<QueryResult> {
  const reader = typeof from === "string" ? openReader(from) : from;
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const instance = await DuckDBInstance.create(":memory:");
  try {
    const connection = await instance.connect();
    try {
      await load(reader, sql, connection);
      return await ask(connection, sql);
    } finally {
      connection.closeSync();
    }
  } finally {
    instance.closeSync();
  }
}

/** Names of the views over the events. */
export const SQL_TABLES: readonly string[] = ["events", ...Object.keys(VIEWS)];

/** Rows between two flushes: a million events never stand in memory twice. */
const FLUSH_EVERY = 20_000;

async function load(reader: LogReader, sql: string, connection: DuckDBConnection): Promise<void> {
  await connection.run(
    "create table events (id varchar, writer varchar, seq bigint, ts timestamptz, kind varchar, run varchar, author varchar, host varchar, event json)",
  );
  await connection.run("set timezone = 'UTC'");
  const { DuckDBTimestampTZValue } = await import("@duckdb/node-api");
  const appender = await connection.createAppender("events");
  let rows = 0;
  for (const { id, hlc, author, host, kind, run, json } of eventRows(reader, eventsFor(sql))) {
    const dot = id.lastIndexOf(".");
    appender.appendVarchar(id);
    appender.appendVarchar(id.slice(0, dot));
    appender.appendBigInt(BigInt(id.slice(dot + 1)));
    appender.appendTimestampTZ(new DuckDBTimestampTZValue(BigInt(hlc[0]) * 1000n));
    appender.appendVarchar(kind);
    if (run === null) appender.appendNull();
    else appender.appendVarchar(run);
    appender.appendVarchar(author);
    appender.appendVarchar(host);
    appender.appendVarchar(json);
    appender.endRow();
    rows += 1;
    if (rows % FLUSH_EVERY === 0) appender.flushSync();
  }
  appender.closeSync();
  for (const [name, text] of Object.entries(VIEWS)) await connection.run(`create view ${name} as ${text}`);
  await connection.run("set enable_external_access = false");
  await connection.run("set lock_configuration = true");
}

async function ask(connection: DuckDBConnection, sql: string): Promise<QueryResult> {
  try {
    const reader = await connection.runAndReadAll(sql);
    const names = reader.columnNames();
    const types = reader.columnTypes();
    return {
      columns: names.map((name, index) => ({ name, type: String(types[index]) })),
      rows: reader.getRowObjectsJson(),
    };
  } catch (error) {
    throw new QueryError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}
