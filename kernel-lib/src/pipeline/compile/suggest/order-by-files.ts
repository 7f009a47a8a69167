import type { CellLook } from "./look-at-cells.js";

/** A file that a cell writes and a later one reads: an order that no value shows. */
export interface FileOrder {
  readonly writer: string;
  readonly reader: string;
  /** The path as written, or null where it is computed. */
  readonly path: string | null;
}

/** @param constants top-level names that hold one text */
export function orderByFiles(looks: readonly CellLook[], constants: ReadonlyMap<string, string>): FileOrder[] {
  const orders: FileOrder[] = [];
  looks.forEach((writer, at) => {
    const written = pathsWritten(writer, constants);
    if (written.length === 0) return;
    for (const later of looks.slice(at + 1)) {
      const found = written.find((path) => path !== null && mentions(later, path, constants));
      const touches = later.kinds.has("read") || later.kinds.has("list") || later.kinds.has("write");
      const isBlind = written.includes(null) && touches;
      const lists = later.kinds.has("list");
      if (found !== undefined || isBlind || lists)
        orders.push({ writer: writer.cell.id, reader: later.cell.id, path: found ?? null });
    }
  });
  return orders;
}

/** Null stands for a path that is computed. */
function pathsWritten({ calls, survey }: CellLook, constants: ReadonlyMap<string, string>): (string | null)[] {
  return calls
    .filter(({ kinds }) => kinds.includes("write"))
    .flatMap(({ call, own }): (string | null)[] => {
      const { first } = call;
      if (typeof first === "string") return [first];
      const held = first === null ? undefined : constants.get(first.name);
      if (held !== undefined) return [held];
      const paths = own
        ? survey.literals
            .filter(({ line, text }) => Math.abs(line - call.line) <= 1 && /\w\.\w{1,8}$|\//.test(text))
            .map(({ text }) => text)
        : [];
      return paths.length > 0 ? paths : [null];
    });
}

function mentions({ survey, cell, calls }: CellLook, path: string, constants: ReadonlyMap<string, string>): boolean {
  const name = path.split("/").at(-1) ?? path;
  const same = (text: string): boolean => text.includes(path) || (name.length > 2 && text.endsWith(name));
  if (survey.literals.some(({ text }) => same(text))) return true;
  if (calls.some(({ call }) => typeof call.first === "string" && same(call.first))) return true;
  return [...constants].some(
    ([holder, text]) =>
      same(text) && new RegExp(`(?<![\\w$.])${holder.replaceAll("$", "\\$")}(?![\\w$])`).test(cell.cell.source),
  );
}
