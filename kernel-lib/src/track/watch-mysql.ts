import { beginQuery } from "./begin-query.js";
import { type Original, patch } from "./patch.js";
import { safely } from "./safely.js";
import { onModuleLoad } from "./watch-modules.js";

/** What is used of a command of `mysql2`, which tells its result by a callback or by events. */
interface Command {
  onResult?: ((...result: unknown[]) => unknown) | undefined;
  once?: (event: "end", listener: () => void) => unknown;
}

/** Makes the statements known that cells send to MySQL and MariaDB by `mysql2`, whether with callbacks, promises or a pool. */
export function watchMySql(): void {
  const patched = new WeakSet<object>();
  // Everything else of the package comes down to this class, which it loads by a path of its own.
  onModuleLoad(/(?:^|[\\/])(?:base[\\/])?connection(?:\.js)?$/, (exports) => {
    if (typeof exports !== "function") return;
    const prototype: unknown = (exports as { readonly prototype?: unknown }).prototype;
    if (!isConnection(prototype) || patched.has(prototype)) return;
    patched.add(prototype);
    for (const name of ["query", "execute"] as const) patch(prototype, name, byMySql);
  });
}

function isConnection(value: unknown): value is Record<"query" | "execute", unknown> {
  return (
    typeof value === "object" &&
    value !== null &&
    ["query", "execute", "addCommand"].every((name) => Object.hasOwn(value, name))
  );
}

/** `query(sql | { sql }, values?, callback?)` gives a command. */
function byMySql(original: Original): Original {
  return function (statement, ...rest) {
    const text = typeof statement === "object" && statement !== null && "sql" in statement ? statement.sql : statement;
    const query = safely(() => beginQuery("mysql", text), null)?.query;
    const command = original.call(this, statement, ...rest) as Command | undefined;
    if (query === undefined || typeof command !== "object" || command === null) return command;
    const { onResult } = command;
    if (typeof onResult === "function")
      command.onResult = function (this: unknown, ...result) {
        safely(() => query.ended(rowsOf(result[1])), undefined);
        return onResult.apply(this, result);
      };
    else command.once?.("end", () => query.ended(null));
    return command;
  };
}

/** Rows that came, or that a change hit. */
function rowsOf(result: unknown): number | null {
  if (Array.isArray(result)) return result.length;
  if (typeof result !== "object" || result === null || !("affectedRows" in result)) return null;
  return typeof result.affectedRows === "number" ? result.affectedRows : null;
}
