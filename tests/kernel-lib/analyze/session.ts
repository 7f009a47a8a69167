import { createRequire } from "node:module";
import { join } from "node:path";
import { runInThisContext } from "node:vm";
import type { CompiledCell, SessionScope } from "../../../kernel-lib/src/analyze/cell-compiler.js";
import { createCellCompiler } from "../../../kernel-lib/src/analyze/create-cell-compiler.js";
import { importModule } from "../../../kernel-lib/src/analyze/import-module.js";
import { emptyScope } from "../../../kernel-lib/src/analyze/scope/needed-declarations.js";

/** A folder inside the repository, so that its packages are found. */
export const folder = join(import.meta.dirname, "../../../notebooks");

/** One for all tests: the libraries are read once. */
export const compiler = createCellCompiler({ folder });

interface SimpleRef {
  v: unknown;
  declare(): void;
  enter(): unknown;
  leave(value: unknown, wasRead: boolean, wasWritten: boolean): void;
}

type CellFunction = (tl: {
  ref(name: string): SimpleRef;
  lookAround(): void;
  fields(made: object, reader: (object: object) => readonly unknown[]): void;
  import(specifier: string): Promise<unknown>;
  require(specifier: string): unknown;
}) => Promise<[unknown] | undefined>;

/** Cells that run one after the other, as in a kernel, over the simplest bindings that keep the contract. */
export class Session {
  readonly bindings = new Map<string, SimpleRef>();
  readonly speed: "bind" | "check";
  scope: SessionScope = emptyScope;

  constructor(speed: "bind" | "check" = "check") {
    this.speed = speed;
  }

  compile(source: string): CompiledCell {
    return compiler.compile(source, this.scope, { speed: this.speed });
  }

  /** The value of the last expression. Throws what the compiler finds wrong. */
  async run(source: string): Promise<unknown> {
    return (await this.result(source))?.[0];
  }

  /** What the cell's function resolves to. */
  async result(source: string): Promise<[unknown] | undefined> {
    const compiled = this.compile(source);
    if (compiled.diagnostics.length > 0)
      throw new Error(compiled.diagnostics.map(({ code, message }) => `TS${code}: ${message}`).join("\n"));
    this.scope = compiled.scope;
    // The contract says that `code` is such a function.
    const cell = runInThisContext(compiled.code) as CellFunction;
    return cell({
      ref: (name) => this.#ref(name),
      lookAround: () => {},
      fields: () => {},
      import: (specifier) => importModule(specifier, folder),
      require: createRequire(join(folder, "notebook.cjs")),
    });
  }

  /** The value of the last of several cells. */
  async runAll(...sources: readonly string[]): Promise<unknown> {
    let value: unknown;
    for (const source of sources) value = await this.run(source);
    return value;
  }

  #ref(name: string): SimpleRef {
    const made: SimpleRef = {
      v: undefined,
      declare() {
        this.v = undefined;
      },
      enter() {
        return this.v;
      },
      leave(value, _wasRead, wasWritten) {
        if (wasWritten) this.v = value;
      },
    };
    const known = this.bindings.get(name) ?? made;
    this.bindings.set(name, known);
    return known;
  }
}
