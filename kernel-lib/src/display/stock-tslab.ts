import type { DisplayMessage, DisplaySink } from "./display-message.js";
import { findStockTslab } from "./find-stock-tslab.js";

/** What is used of tslab's module `jupyter`: its kernel puts a function here while it runs. */
interface TslabJupyter {
  readonly lastWriteDisplayData?: ((content: object, update?: boolean) => void) | null;
}

let found: DisplaySink | null = null;

/** Shows by the stock tslab kernel, if this process is one; else null. */
export function stockTslabSink(): DisplaySink | null {
  if (found !== null) return found;
  const jupyter: TslabJupyter | undefined = findStockTslab("jupyter");
  if (jupyter === undefined) return null;
  found = {
    show({ data, metadata, id, update }: DisplayMessage) {
      const transient = id === undefined ? {} : { display_id: id };
      jupyter.lastWriteDisplayData?.({ data, metadata, transient }, update);
    },
    // Its wire has no such message.
    clear: () => {},
  };
  return found;
}
