import { existsSync } from "node:fs";
import { beginQuery } from "./begin-query.js";
import { dataPath } from "./data-path.js";
import { type Original, patch } from "./patch.js";
import { safely } from "./safely.js";
import { onModuleLoad } from "./watch-modules.js";

/** A database or a statement, of `better-sqlite3` or `node:sqlite`. */
interface SqliteObject {
  /** `better-sqlite3`: the file. */
  readonly name?: unknown;
  /** `better-sqlite3`: a statement's database, text, and whether it only reads. */
  readonly database?: SqliteObject;
  readonly source?: unknown;
  readonly readonly?: unknown;
  /** `node:sqlite`: a statement's text. */
  readonly sourceSQL?: unknown;
}

/**
 * Makes the statements known that cells run by `better-sqlite3` and `node:sqlite`, and the files that hold the databases, which are read
 * and written by native code.
 */
export function watchSqlite(): void {
  const patched = new WeakSet<object>();
  onModuleLoad(/^(?:node:)?sqlite$|(?:^|[\\/])better-sqlite3(?:[\\/]|$)/, (exports) => {
    const made: unknown = typeof exports === "function" ? exports : exports["DatabaseSync"];
    if (typeof made !== "function") return;
    const { prototype }: { readonly prototype: unknown } = made as never;
    if (!isDatabase(prototype) || patched.has(prototype)) return;
    patched.add(prototype);
    /** The file of a statement of `node:sqlite`, which does not tell it itself. */
    const databases = new WeakMap<object, object>();
    patch(prototype, "exec", (original) => byStatement(original, databases, (_this, [text]) => text));
    patch(
      prototype,
      "prepare",
      (original) =>
        function (this: object, ...given: unknown[]) {
          const statement = original.apply(this, given);
          if (typeof statement !== "object" || statement === null) return statement;
          databases.set(statement, this);
          const methods: unknown = Object.getPrototypeOf(statement);
          if (!isStatement(methods) || patched.has(methods)) return statement;
          patched.add(methods);
          for (const name of ["all", "get", "iterate", "run"] as const)
            patch(methods, name, (inner) =>
              byStatement(inner, databases, ({ source, sourceSQL }) => source ?? sourceSQL),
            );
          return statement;
        },
    );
  });
}

function byStatement(
  original: Original,
  databases: WeakMap<object, object>,
  textOf: (self: SqliteObject, given: readonly unknown[]) => unknown,
): Original {
  return function (this: unknown, ...given) {
    const self = this as SqliteObject & object;
    const text = safely(() => textOf(self, given), undefined);
    const begun = safely(() => beginQuery("sqlite", text), null);
    let rows: number | null = null;
    try {
      const result = original.apply(this, given);
      rows = safely(() => rowsOf(result), null);
      return result;
    } finally {
      begun?.query.ended(rows);
      if (begun !== null) {
        safely(() => {
          const path = fileOf(self.database ?? databases.get(self) ?? self);
          if (path === null) return;
          if (/^\s*(?:select|explain|values|pragma\s+\w+\s*;?\s*$)/i.test(String(text))) {
            begun.recorder.files.touched(path, null);
          } else begun.recorder.files.wrote(path);
        }, undefined);
      }
    }
  };
}

function rowsOf(result: unknown): number | null {
  if (Array.isArray(result)) return result.length;
  if (typeof result !== "object" || result === null || !("changes" in result)) return null;
  return Number(result.changes);
}

/** The database's file, or null for one in memory. */
function fileOf(database: SqliteObject & { location?: () => unknown }): string | null {
  const name = database.name ?? database.location?.();
  if (typeof name !== "string" || name === "" || name === ":memory:") return null;
  const path = dataPath(name);
  return path !== null && existsSync(path) ? path : null;
}

function isDatabase(value: unknown): value is Record<"exec" | "prepare", unknown> {
  return typeof value === "object" && value !== null && "exec" in value && "prepare" in value;
}

function isStatement(value: unknown): value is Record<"all" | "get" | "iterate" | "run", unknown> {
  return typeof value === "object" && value !== null && "all" in value && "get" in value && "run" in value;
}
