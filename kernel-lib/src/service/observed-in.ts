import type { LogReader } from "../lineage/reader.js";
import { hadSession } from "../lineage/session-mark.js";
import type { CellFacts } from "../notebook/cell-facts.js";
import type { Notebook } from "../notebook/notebook.js";
import { compilePipeline } from "../pipeline/compile/index.js";
import { readObserved } from "../pipeline/run/observed/read-observed.js";
import { programCells } from "../pipeline/run/program-cells.js";
import type { FactsReply, FactsRequest } from "./api.js";

/** Where the log of the notebook's session disagrees with the cells as they stand on the page. */
export function observedIn(
  { cells }: FactsRequest,
  known: {
    readonly facts: ReadonlyMap<string, CellFacts>;
    readonly reader: LogReader;
    /** What the log calls the notebook. */
    readonly name: string;
  },
): Pick<FactsReply, "observed"> {
  const { facts, reader, name } = known;
  if (!hadSession(reader.root, name)) return {};
  const notebook: Notebook = {
    path: name,
    settings: {},
    language: null,
    cells: cells.map(({ id, source, tags, index }, place) => ({
      ...{ id, source, tags, index: index ?? place },
      kind: "code",
      options: {},
      executionCount: null,
    })),
  };
  const { plan } = compilePipeline(notebook, facts);
  const observed = readObserved({ plan, cells: programCells(notebook, facts) }, reader);
  return observed.length === 0 ? {} : { observed };
}
