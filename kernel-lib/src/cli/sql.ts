import { QueryError, type QueryResult, queryEvents, SQL_TABLES } from "../lineage/open-formats/index.js";

import { UsageError } from "../pipeline/run/usage-error.js";
import { openProject } from "./open-project.js";
import type { CliStreams } from "./streams.js";
import { table } from "./table.js";

/** Asks this project's log in SQL. */
export async function sql(query: string, streams: CliStreams): Promise<QueryResult> {
  try {
    return await queryEvents(openProject(streams), query);
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    throw new UsageError(`Cannot answer the query: ${error.message}\nThere are ${SQL_TABLES.join(", ")}.`, {
      cause: error,
    });
  }
}

export function formatRows({ columns, rows }: QueryResult): string {
  const names = columns.map(({ name }) => name);
  const lines = rows.map((row) => names.map((name) => show(row[name])));
  // A head whose columns are all empty is still an answer.
  const shown = lines.length === 0 ? [names.join("  ")] : table(names, lines);
  return `${shown.join("\n")}\n${rows.length} ${rows.length === 1 ? "row" : "rows"}\n`;
}

function show(value: unknown): string {
  if (value === null || value === undefined) return "null";
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  return text.replace(/\s+/g, " ");
}
