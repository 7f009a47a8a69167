import type { ObjectKind } from "./kinds.js";
import type { ModelLike, TableLike, TensorLike } from "./library-types.js";
import { type PlainTable, plainTable } from "./table.js";
import { captureModel, captureTensor, type Leaf } from "./tfjs.js";

/** Has a value of a registered codec encoded. */
export type CaptureCustom = (value: object, path: string) => Promise<Leaf>;

/**
 * Tensors and models give their bytes only asynchronously. Whoever walks a value asks for them here; after the walk the
 * wanted ones are fetched, and if there were any, the value is walked again. One of these serves one save.
 */
export class Leaves {
  readonly #known = new Map<object, Leaf>();
  readonly #wanted = new Map<object, { readonly kind: ObjectKind["kind"]; readonly path: string }>();

  readonly #tables = new WeakMap<TableLike, PlainTable>();
  readonly #captureCustom: CaptureCustom;

  constructor(captureCustom: CaptureCustom) {
    this.#captureCustom = captureCustom;
  }

  /** A table's columns, taken out once: those of an Arrow table are made anew by each look. */
  plainTable(table: TableLike): PlainTable {
    let plain = this.#tables.get(table);
    if (!plain) {
      plain = plainTable(table);
      this.#tables.set(table, plain);
    }
    return plain;
  }

  hashOf(value: object, kind: ObjectKind["kind"], path: () => string): string {
    return this.find(value, kind, path)?.hash ?? "";
  }

  find(value: object, kind: ObjectKind["kind"], path: () => string): Leaf | null {
    const leaf = this.#known.get(value);
    if (leaf) return leaf;
    this.#wanted.set(value, { kind, path: path() });
    return null;
  }

  /** Fetches what was asked for. False if nothing was. */
  async fetch(): Promise<boolean> {
    if (this.#wanted.size === 0) return false;
    for (const [value, { kind, path }] of this.#wanted) {
      // `kindOf` said what it is.
      this.#known.set(
        value,
        kind === "custom"
          ? await this.#captureCustom(value, path)
          : kind === "tensor"
            ? await captureTensor(value as TensorLike, path)
            : await captureModel(value as ModelLike, kind, path),
      );
    }
    this.#wanted.clear();
    return true;
  }
}

/** Runs a walk that may ask for leaves until it has them all. */
export async function withLeaves<T>(leaves: Leaves, walk: () => T): Promise<T> {
  for (;;) {
    const result = walk();
    if (!(await leaves.fetch())) return result;
  }
}
