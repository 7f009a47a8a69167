import type { Binding, BindingHome } from "./active-cell.js";
import { currentRecorder } from "./cell-context.js";

/** What a name holds before any cell gave it a value. */
export const unset: unique symbol = Symbol("tagline.unset");

/**
 * Goes up when a cell begins. A name whose `seen` is behind has not been read by this cell yet; there
 * is nothing to arm or disarm, and a loop pays for its first read alone.
 */
let epoch = 0;

export function startEpoch(): void {
  epoch += 1;
}

/**
 * The binding of one top-level name. All of them share one hidden class, so that `tl$x.v` in a cell's
 * code stays as quick as a property.
 */
export class Ref implements Binding {
  readonly name: string;
  readonly home: BindingHome;
  value: unknown = unset;
  /** Epoch in which a read is known, or no longer of interest because the cell wrote the name first. */
  seen = -1;
  /** Epoch in which a write is known. */
  written = -1;

  constructor(name: string, home: BindingHome) {
    this.name = name;
    this.home = home;
  }

  get v(): unknown {
    if (this.seen !== epoch) noteRead(this);
    return this.value;
  }

  set v(value: unknown) {
    if (this.written !== epoch) noteWrite(this);
    this.value = value;
  }

  /** A loop takes the value into a local variable. What is held is looked at now: the read may be told only by `leave`. */
  enter(): unknown {
    if (this.seen !== epoch) currentRecorder()?.noteCopy(this);
    return this.value;
  }

  /** A loop gives the value back, and tells what it did with the name. */
  leave(value: unknown, wasRead: boolean, wasWritten: boolean): void {
    if (this.seen !== epoch) {
      if (wasRead) noteRead(this);
      currentRecorder()?.dropCopy(this);
    }
    if (wasWritten) this.v = value;
  }

  /** `let x;`: a name without a value. One that had a value loses it, which is a write. */
  declare(): void {
    if (this.value !== unset && this.value !== undefined) {
      this.v = undefined;
      return;
    }
    this.value = undefined;
    const recorder = currentRecorder();
    // What this cell reads from here on is of its own making.
    if (recorder === undefined || recorder.epoch === epoch) this.seen = epoch;
  }
}

function noteRead(ref: Ref): void {
  const recorder = currentRecorder();
  // An unset name is not marked as seen: it must throw each time.
  if (ref.value === unset) {
    throw new ReferenceError(`Cannot read '${ref.name}': no cell gave it a value yet. Run the cell that declares it.`);
  }
  recorder?.noteRead(ref);
  // The callback of an older cell must not use up the first read of the running one.
  if (recorder === undefined || recorder.epoch === epoch) ref.seen = epoch;
}

function noteWrite(ref: Ref): void {
  const recorder = currentRecorder();
  recorder?.noteWrite(ref);
  if (recorder === undefined || recorder.epoch === epoch) {
    ref.written = epoch;
    ref.seen = epoch;
  }
}

export function currentEpoch(): number {
  return epoch;
}
