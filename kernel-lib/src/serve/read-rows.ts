import type { JsonSchema } from "../notebook/cell-facts.js";
import { ServeError } from "./errors.js";
import { findFault } from "./find-fault.js";

/** The rows of a body, and whether it was a list of them. */
export interface Rows {
  readonly rows: readonly unknown[];
  readonly isList: boolean;
}

/** Reads one row or a list of rows. Throws `invalid_row` with the field and the row. */
export function readRows(body: unknown, input: JsonSchema | null): Rows {
  const schema = input ?? {};
  // A model may itself take lists: then one that fits is one row.
  const isList = Array.isArray(body) && !(takesLists(schema) && findFault(schema, body) === null);
  const rows: readonly unknown[] = isList ? body : [body];
  for (const [row, value] of rows.entries()) {
    const fault = findFault(schema, value);
    if (fault === null) continue;
    const hint = fault.field === "" && !isList ? ". Send one row or a list of rows" : "";
    throw new ServeError("invalid_row", `${fault.message}${hint}`, { field: fault.field, row });
  }
  return { rows, isList };
}

function takesLists(schema: JsonSchema): boolean {
  return [schema.type ?? []].flat().includes("array") || (schema.anyOf ?? []).some(takesLists);
}
