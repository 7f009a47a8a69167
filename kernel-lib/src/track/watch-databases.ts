import { existsSync } from "node:fs";
import type { ActiveCell } from "./active-cell.js";
import { beginQuery } from "./begin-query.js";
import { dataPath } from "./data-path.js";
import { type Original, patch } from "./patch.js";
import type { OngoingQuery } from "./remote-record.js";
import { safely } from "./safely.js";
import { onModuleLoad } from "./watch-modules.js";

/**
 * Makes the statements known that cells send to DuckDB (`@duckdb/node-api`) and PostgreSQL (`pg`), and the files that DuckDB is
 * told to read or write, which it does by itself.
 */
export function watchDatabases(): void {
  const patched = new WeakSet<object>();
  const patchOnce = (made: unknown, names: readonly string[], by: (original: Original) => Original): void => {
    if (typeof made !== "function" || patched.has(made)) return;
    patched.add(made);
    // A class's prototype holds its methods.
    const prototype = made.prototype as Record<string, unknown>;
    for (const name of names) patch(prototype, name, by);
  };
  onModuleLoad(/duckdb/, (exports) =>
    patchOnce(exports["DuckDBConnection"], ["run", "stream", "start", "startStream", "prepare"], byDuckDb),
  );
  onModuleLoad(/(?:^|[\\/])pg(?:[\\/]|$)/, (exports) => {
    if (typeof exports["Pool"] === "function") patchOnce(exports["Client"], ["query"], byPostgres);
  });
}

function byDuckDb(original: Original): Original {
  return function (statement, ...rest) {
    const begun = safely(() => beginQuery("duckdb", statement), null);
    if (begun !== null) safely(() => noteFiles(String(statement), begun.recorder), undefined);
    return told(original.call(this, statement, ...rest), begun?.query);
  };
}

/** `query(text, values?, callback?)` or `query({ text, values, callback })`; without a callback it gives a promise. */
function byPostgres(original: Original): Original {
  return function (statement, ...rest) {
    const text =
      typeof statement === "object" && statement !== null && "text" in statement ? statement.text : statement;
    const query = safely(() => beginQuery("postgresql", text), null)?.query;
    const callback = rest.at(-1);
    if (query === undefined || typeof callback !== "function")
      return told(original.call(this, statement, ...rest), query);
    return original.call(
      this,
      statement,
      ...rest.slice(0, -1),
      function (this: unknown, error: unknown, result: unknown) {
        query.ended(rowsOf(result));
        return callback.call(this, error, result);
      },
    );
  };
}

/** Hands on the very promise that the driver gave. */
function told(result: unknown, query: OngoingQuery | undefined): unknown {
  if (query !== undefined && result instanceof Promise)
    result.then(
      (value) => safely(() => query.ended(rowsOf(value)), undefined),
      () => query.ended(null),
    );
  return result;
}

function rowsOf(result: unknown): number | null {
  if (typeof result !== "object" || result === null || !("rowCount" in result)) return null;
  return typeof result.rowCount === "number" ? result.rowCount : null;
}

const texts = /'((?:[^']|'')*)'/g;
const target = /\bto\s*$/i;

/** Texts of a statement that are the names of files: what stands behind `TO` is written, the rest is read. */
function noteFiles(statement: string, recorder: ActiveCell): void {
  for (const match of statement.matchAll(texts)) {
    const path = dataPath((match[1] ?? "").replaceAll("''", "'"));
    if (path === null) continue;
    if (target.test(statement.slice(0, match.index))) recorder.files.wrote(path);
    else if (/\.\w+$/.test(path) && existsSync(path)) recorder.files.touched(path, null);
  }
}
