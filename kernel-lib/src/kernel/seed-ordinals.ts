/** Tells cells with the same code apart, so that each has its own random numbers. */
export class SeedOrdinals {
  readonly #cells = new Map<string, string[]>();
  #unnamed = 0;

  /**
   * Index of a cell among the distinct cells with the same canonical code, in the order in which they first ran. A front
   * end that gives no ids runs a notebook from top to bottom: each run is then a cell of its own.
   */
  ordinalOf(canonicalHash: string, cellId: string | null): number {
    if (cellId === null) this.#unnamed += 1;
    const id = cellId ?? `unnamed ${this.#unnamed}`;
    const cells = this.#cells.get(canonicalHash) ?? [];
    this.#cells.set(canonicalHash, cells);
    const index = cells.indexOf(id);
    return index >= 0 ? index : cells.push(id) - 1;
  }
}
