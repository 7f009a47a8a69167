import type { FitFacts } from "../lineage/cell-trace.js";
import type { FileRecord } from "./file-record.js";
import type { RemoteRecord } from "./remote-record.js";
import type { CellRecorder, TrackNews, TrackOptions } from "./tracker.js";

/** A top-level name and what it holds. */
export interface Binding {
  readonly name: string;
  readonly value: unknown;
  readonly home: BindingHome;
}

/** All names of a session: who else may reach an object that changed. */
export interface BindingHome {
  bindings(): Iterable<Binding>;
}

/** The recorder of a cell, as the parts of tracking see it that report to it. */
export interface ActiveCell extends CellRecorder {
  readonly options: TrackOptions;
  /** Which beginning of a cell this was; see `ref.ts`. */
  readonly epoch: number;
  readonly finished: boolean;
  readonly files: FileRecord;
  readonly remote: RemoteRecord;
  /** The next number of this cell's stream. */
  random(): number;
  /**
   * Loads a module. What its own code draws at that moment is not the cell's: the first load would shift the
   * stream, the second one, and a step's, would not.
   */
  load<T>(body: () => Promise<T>): Promise<T>;
  fit(fit: FitFacts): void;
  /** Passes news on; a listener's own failure is not the cell's. */
  tell(news: TrackNews): void;
  /** The code has the value at hand, and may tell of a read only after it changed it. */
  noteCopy(binding: Binding): void;
  /** The code does no more with the value of `noteCopy`, and has told of its reads. */
  dropCopy(binding: Binding): void;
  noteRead(binding: Binding): void;
  /** Looks at all values of the session, as any of them may be changed without being read. */
  lookAround(home: BindingHome): void;
  noteWrite(binding: Binding): void;
}
