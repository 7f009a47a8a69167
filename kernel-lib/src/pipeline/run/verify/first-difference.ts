import { types } from "node:util";
import { hashValues } from "../../../artifacts/bundle.js";
import { summarize } from "../../../artifacts/summarize.js";
import { partsOf, type ValueParts } from "../../../artifacts/value-parts.js";

/** In words, in what two values differ first; `was` before `is`. They are known to differ. */
export function firstDifference(was: unknown, is: unknown): string {
  return differ(was, is, "") ?? `${summarize(was)} before, ${summarize(is)} now`;
}

/** @param path of what is compared, empty for the value itself; null if nothing that differs was found */
function differ(was: unknown, is: unknown, path: string): string | null {
  const at = path === "" ? "" : `at ${path}: `;
  if (Object.is(was, is)) return null;
  if (typeof was !== "object" || typeof is !== "object" || was === null || is === null)
    return `${at}${summarize(was)} before, ${summarize(is)} now`;
  if (types.isDate(was) && types.isDate(is))
    return was.getTime() === is.getTime() ? null : `${at}${summarize(was)} before, ${summarize(is)} now`;
  const parts = [partsOf(was), partsOf(is)] as const;
  if (parts[0] !== null && parts[1] !== null) return differByParts(parts[0], parts[1], path);
  const lists = [elements(was), elements(is)] as const;
  if (lists[0] === null || lists[1] === null || was.constructor !== is.constructor) return null;
  return differByElements(lists[0], lists[1], path);
}

function differByParts(was: ValueParts, is: ValueParts, path: string): string | null {
  const shape = differentShape(was, is);
  if (shape !== null) return `${path === "" ? "" : `at ${path}: `}${shape}`;
  for (const name of is.names) {
    if (was.rows === null) {
      const found = differ(was.part(name), is.part(name), path === "" ? name : `${path}.${name}`);
      if (found !== null) return found;
      continue;
    }
    const columns = [elements(was.part(name)) ?? [], elements(is.part(name)) ?? []] as const;
    const row = columns[1].findIndex((value, index) => differ(columns[0][index], value, "") !== null);
    if (row >= 0)
      return `${path === "" ? "" : `at ${path}: `}column "${name}" differs, first in row ${row + 1}: ${summarize(columns[0][row])} before, ${summarize(columns[1][row])} now`;
  }
  return null;
}

/** Rows, then columns or properties by name. Null if these are the same. */
export function differentShape(
  was: { readonly rows: number | null; readonly names: readonly string[] },
  is: { readonly rows: number | null; readonly names: readonly string[] },
): string | null {
  const word = is.rows === null ? "property" : "column";
  const lost = was.names.find((name) => !is.names.includes(name));
  if (lost !== undefined) return `${word} "${lost}" is missing now`;
  const added = is.names.find((name) => !was.names.includes(name));
  if (added !== undefined) return `${word} "${added}" is new`;
  if (was.rows !== is.rows) return `${was.rows ?? 0} rows before, ${is.rows ?? 0} now`;
  if (was.rows !== null && was.names.join("\n") !== is.names.join("\n"))
    return `the columns stand in another order: ${was.names.join(", ")} before, ${is.names.join(", ")} now`;
  return null;
}

function elements(value: unknown): readonly unknown[] | null {
  if (Array.isArray(value)) return value;
  if (types.isMap(value)) return [...value.entries()];
  if (types.isSet(value)) return [...value];
  if (types.isTypedArray(value)) return Array.from<unknown>(value as Float64Array);
  return null;
}

function differByElements(was: readonly unknown[], is: readonly unknown[], path: string): string | null {
  for (let index = 0; index < Math.min(was.length, is.length); index += 1) {
    const found = differ(was[index], is[index], `${path}[${index}]`);
    if (found !== null) return found;
  }
  if (was.length === is.length) return null;
  return `${path === "" ? "" : `at ${path}: `}${was.length} elements before, ${is.length} now`;
}

/** What is known of a session's value: its hashes alone. */
export interface HashedParts {
  readonly summary: string;
  readonly rows?: number;
  readonly parts?: readonly { readonly name: string; readonly hash: string }[];
}

/** The same against a value of which only hashes are known. */
export async function firstDifferenceByHash(was: HashedParts, is: unknown): Promise<string> {
  const parts = partsOf(is);
  const otherwise = `${was.summary} before, ${summarize(is)} now`;
  if (parts === null || was.parts === undefined || ((was.rows ?? null) === null) !== (parts.rows === null))
    return otherwise;
  const known = { rows: was.rows ?? null, names: was.parts.map(({ name }) => name) };
  const shape = differentShape(known, parts);
  if (shape !== null) return shape;
  for (const { name, hash } of was.parts) {
    const { value } = await hashValues({ value: parts.part(name) });
    if (value !== hash) return `${parts.rows === null ? "property" : "column"} "${name}" differs`;
  }
  return otherwise;
}
