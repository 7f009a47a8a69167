import type TS from "typescript";
import { type CellHost, createCellHost } from "./compiler-host.js";
import { bindOptions, cellOptions } from "./compiler-options.js";
import { ts } from "./typescript.js";

/** Programs over one virtual file after the other, each built on the last. */
export interface CellPrograms {
  readonly host: CellHost;
  program(text: string): { readonly program: TS.Program; readonly file: TS.SourceFile };
}

export function createCellPrograms(folder: string, speed: "bind" | "check"): CellPrograms {
  const options = speed === "check" ? cellOptions() : bindOptions();
  const host = createCellHost(folder, options);
  const roots = speed === "check" ? [host.nodeTypes, host.cellPath] : [host.cellPath];
  let last: TS.Program | undefined;

  return {
    host,
    program(text) {
      host.refresh();
      host.setCell(text);
      last = ts.createProgram({ rootNames: roots, options, host, ...(last === undefined ? {} : { oldProgram: last }) });
      const file = last.getSourceFile(host.cellPath);
      if (file === undefined) throw new Error(`Cannot compile the cell: TypeScript does not see ${host.cellPath}.`);
      return { program: last, file };
    },
  };
}
