import { createBindings } from "../bindings.js";
import type { Ref } from "../ref.js";

type Names = Record<PropertyKey, unknown>;

/** What tslab hands to the code of each cell. */
interface CellGlobals {
  exports: Names;
}

export interface WatchedNames {
  /** A name's value, without noting a read; undefined if it has none. */
  peek(name: string): unknown;
  /** Notes as written what the running cell gave values past us: it began before we stood here. */
  catchUp(): void;
}

/** What tslab calls the value that a cell ends with, and what each CommonJS module has. */
const NOT_OF_THE_PERSON = /^(?:tsLastExpr\d*|__esModule)$/;

/**
 * Puts names that note their reads and writes between the cells and tslab's own record of names, where tslab reads them as
 * before. A function sees the names of the cell that declares it directly: what it reads of those is not told.
 */
export function watchNames(globals: CellGlobals): WatchedNames {
  const own = globals.exports;
  const bindings = createBindings({ import: (specifier) => import(specifier), require: () => undefined, module: {} });
  const refs = new Map<PropertyKey, Ref>();
  const take = (name: PropertyKey): Ref | undefined => {
    if (typeof name !== "string" || NOT_OF_THE_PERSON.test(name)) return undefined;
    const ref = bindings.ref(name);
    refs.set(name, ref);
    return ref;
  };
  // Cells from before Tagline was imported.
  for (const [name, value] of Object.entries(own)) {
    const ref = take(name);
    if (ref !== undefined) ref.value = value;
  }
  const write = (name: PropertyKey, value: unknown): boolean => {
    const ref = take(name);
    // At their start cells declare their names so, before they give them values.
    if (ref !== undefined && value === undefined) ref.declare();
    else if (ref !== undefined) ref.v = value;
    return Reflect.set(own, name, value);
  };
  globals.exports = new Proxy(own, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      const ref = refs.get(name);
      if (ref === undefined) return value;
      // Functions of cells from before us write past us.
      ref.value = value;
      return ref.v;
    },
    set: (_target, name, value) => write(name, value),
    // TypeScript defines what a cell imports by a getter; tslab keeps its value, so that a later cell can assign the name.
    defineProperty: (_target, name, { get, value }) => write(name, get === undefined ? value : get()),
  });
  return {
    peek: (name) => own[name],
    catchUp() {
      for (const [name, value] of Object.entries(own)) {
        const ref = value === undefined ? undefined : take(name);
        if (ref !== undefined && ref.value !== value) ref.v = value;
      }
    },
  };
}
