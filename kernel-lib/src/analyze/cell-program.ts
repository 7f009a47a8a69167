import type TS from "typescript";
import { type CellHost, createCellHost } from "./compiler-host.js";
import { bindOptions, cellOptions } from "./compiler-options.js";
import { type LivingProgram, livingProgram } from "./living-program.js";
import { moduleUses } from "./module-uses.js";
import { ts } from "./typescript.js";

/** Programs over one virtual file after the other. */
export interface CellPrograms {
  readonly host: CellHost;
  program(text: string): { readonly program: TS.Program; readonly file: TS.SourceFile };
}

/** Files that one checker looks at before a new one takes over: what it knows of their symbols and types is never let go. */
const FILES = 200;
/** Types that it may make meanwhile; some 300 bytes each. */
const TYPES = 200_000;

export interface ProgramOptions {
  readonly speed: "bind" | "check";
  /**
   * Whether one checker looks at cell after cell: far quicker, but what it wrote of a type without a name (`"b" | "a"`) depends
   * on what it saw before. Default false: equal cells give equal text.
   */
  readonly living?: boolean;
}

/** @param folder absolute; imports are found from there */
export function createCellPrograms(folder: string, { speed, living: mayLive = false }: ProgramOptions): CellPrograms {
  const options = speed === "check" ? cellOptions() : bindOptions();
  const host = createCellHost(folder, options);
  const roots = speed === "check" ? [host.nodeTypes, host.cellPath] : [host.cellPath];
  /** Import statements of all modules that cells named so far: once found, a module stays in the program. */
  const imports = new Set<string>();
  let oldProgram: TS.Program | undefined;
  let living: LivingProgram | undefined;

  /** A program of its own, whose root is this text. */
  function create(text: string): TS.Program {
    host.setCell(text);
    oldProgram = ts.createProgram({
      rootNames: roots,
      options,
      host,
      ...(oldProgram === undefined ? {} : { oldProgram }),
    });
    return oldProgram;
  }

  function rootOf(program: TS.Program): TS.SourceFile {
    const file = program.getSourceFile(host.cellPath);
    if (file === undefined) throw new Error(`Cannot compile the cell: TypeScript does not see ${host.cellPath}.`);
    return file;
  }

  function startLiving(): LivingProgram {
    const program = create(`${[...imports].join("\n")}\nexport {};\n`);
    return livingProgram(program, rootOf(program), { files: FILES, types: TYPES });
  }

  return {
    host,
    program(text) {
      if (host.refresh()) living = undefined;
      const file = mayLive ? host.parseCell(text) : null;
      const uses = file === null ? null : moduleUses(file, options);
      if (file === null || uses === null) {
        const program = create(text);
        return { program, file: rootOf(program) };
      }
      for (const { statement } of uses) imports.add(statement);
      if (living === undefined || !living.takes(uses)) living = startLiving();
      living.add(file, uses);
      return { program: living.program, file };
    },
  };
}
