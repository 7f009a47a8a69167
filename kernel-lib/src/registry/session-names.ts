import type { Definition } from "../pipeline/compile/index.js";
import { Definitions, type RoleCell } from "../pipeline/compile/index.js";

/** In a session a name means what the cell that ran last made it mean, wherever that cell stands. */
export class SessionNames {
  readonly #definitions: Definitions;
  readonly #lastRun: ReadonlyMap<string, number>;

  /** @param cells in the order of the notebook
   * @param lastRun ids of the cells in the order in which they ran last */
  constructor(cells: readonly RoleCell[], lastRun: readonly string[]) {
    this.#definitions = new Definitions(cells);
    this.#lastRun = new Map(lastRun.map((id, at) => [id, at]));
  }

  meant(name: string): Definition | null {
    const ranAt = ({ cell }: Definition): number => this.#lastRun.get(cell.id) ?? -1;
    const all = this.#definitions.all(name);
    return all.reduce<Definition | null>(
      (last, one) => (last === null || ranAt(one) >= ranAt(last) ? one : last),
      null,
    );
  }
}
