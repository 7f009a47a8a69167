import type { BindingHome } from "./active-cell.js";
import { currentRecorder } from "./cell-context.js";
import { type FieldReader, watchFields } from "./private-fields.js";
import { noteModule } from "./project-modules.js";
import { Ref, unset } from "./ref.js";
import { announceBuiltin } from "./watch-modules.js";

/** How a session loads modules; see `analyze`. */
export interface ModuleLoader {
  /**
   * `import`, static or dynamic: resolves from the notebook's folder, `tagline` being this very process's own.
   *
   * @param names what the statement takes of it, which must be there
   */
  import(specifier: string, names?: readonly string[]): Promise<unknown>;
  readonly require: (specifier: string) => unknown;
  /** What `module` is to scripts: all cells are the main one. */
  readonly module: object;
}

/** The `$tl` of a compiled cell: the top-level names of a session (see `CompiledCell`). */
export interface Bindings extends ModuleLoader {
  ref(name: string): Ref;
  /** The cell may change any value without reading its name. */
  lookAround(): void;
  /** Tells how to read the private fields of a class. */
  fields(made: { readonly prototype: object }, reader: FieldReader): void;
  /** Names that have a value, in the order in which they first got one. */
  names(): string[];
  /** A name's value without noting a read; undefined if it has none. */
  peek(name: string): unknown;
}

export function createBindings(loader: ModuleLoader): Bindings {
  const refs = new Map<string, Ref>();
  const home: BindingHome = { bindings: () => refs.values() };
  return {
    ref(name) {
      let ref = refs.get(name);
      if (ref === undefined) {
        ref = new Ref(name, home);
        refs.set(name, ref);
      }
      return ref;
    },
    lookAround: () => currentRecorder()?.lookAround(home),
    fields: watchFields,
    async import(specifier, names) {
      announceBuiltin(specifier);
      const recorder = currentRecorder();
      const load = (): Promise<unknown> => loader.import(specifier, names);
      const namespace = await (recorder === undefined ? load() : recorder.load(load));
      noteModule(specifier, namespace);
      return namespace;
    },
    require: loader.require,
    module: loader.module,
    names: () => [...refs.values()].filter((ref) => ref.value !== unset).map((ref) => ref.name),
    peek(name) {
      const value = refs.get(name)?.value;
      return value === unset ? undefined : value;
    },
  };
}
