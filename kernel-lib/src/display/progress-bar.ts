import { performance } from "node:perf_hooks";
import { newDisplayId } from "./display-handle.js";
import { bundle } from "./mime-bundle.js";
import { type BarState, barHtml, barLine } from "./progress-view.js";
import { displaySink } from "./sink.js";

/** All in milliseconds. How often a bar changes, the clock is looked at, and a log gets a line. */
const SHOW_MS = 100;
const LOOK_MS = 20;
const LOG_MS = 10_000;
/** A bar within another one's loop that ended sooner is no news for a log. */
const WORTH_A_LINE_MS = 1_000;

export type BarEnd = "done" | "stopped" | "failed";

/** The output that a bar has. Bars that begin again and again within another one's loop take turns in one. */
class Slot {
  readonly id = newDisplayId();
  readonly #inner = new Map<string, Slot[]>();
  /** When it was last shown; null before. */
  shownMs: number | null = null;
  isBusy = false;
  /** Shows what has not been shown yet. */
  late: (() => void) | null = null;

  /** A free slot for a bar of this label within the bar that this is the slot of. */
  within(label: string): Slot {
    const slots = this.#inner.get(label) ?? [];
    this.#inner.set(label, slots);
    let free = slots.find(({ isBusy }) => !isBusy);
    if (free === undefined) {
      free = new Slot();
      slots.push(free);
    }
    return free;
  }

  /** Shows what the slots within have not shown yet. */
  flush(): void {
    for (const slots of this.#inner.values()) {
      for (const slot of slots) {
        slot.flush();
        slot.late?.();
      }
    }
  }
}

/** Bars of a cell that have not ended, outermost first. */
const running = new WeakMap<object, ProgressBar[]>();
const nowhere = {};

export class ProgressBar {
  /** When more items than this are handed out, it wants to be told. */
  nextLook = 0;
  readonly #label: string;
  readonly #total: number | null;
  readonly #slot: Slot;
  readonly #isInner: boolean;
  readonly #siblings: ProgressBar[];
  readonly #clock: () => number;
  readonly #startMs: number;
  #lookMs: number;
  #lookCount = 0;
  #logMs: number;
  #ended = false;

  constructor(
    { label, total }: { readonly label: string; readonly total: number | null },
    clock: () => number = () => performance.now(),
  ) {
    this.#label = label;
    this.#total = total;
    this.#clock = clock;
    this.#startMs = clock();
    this.#lookMs = this.#startMs;
    this.#logMs = this.#startMs;
    const cell = displaySink().cell?.() ?? nowhere;
    this.#siblings = running.get(cell) ?? [];
    running.set(cell, this.#siblings);
    const outer = this.#siblings.at(-1);
    this.#isInner = outer !== undefined;
    this.#slot = outer === undefined ? new Slot() : outer.#slot.within(label);
    this.#slot.isBusy = true;
    this.#siblings.push(this);
    this.#showIfDue(0, "running", this.#startMs);
  }

  /** Looks at the clock, and shows the bar anew if it is time. @param done items that are done */
  look(done: number): void {
    const now = this.#clock();
    const passed = done - this.#lookCount;
    const tookMs = now - this.#lookMs;
    // As many items as will take about `LOOK_MS`, at most twice as many as the last time: they may become slower.
    const stride = Math.min(2 * passed, tookMs > 0 ? (passed * LOOK_MS) / tookMs : 2 * passed);
    this.#lookCount = done;
    this.#lookMs = now;
    this.nextLook = done + Math.max(1, Math.floor(stride));
    this.#showIfDue(done, "running", now);
  }

  /** Ends the bar; only the first time counts. @param done items that are done */
  end(done: number, how: BarEnd): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#siblings.splice(this.#siblings.lastIndexOf(this), 1);
    this.#slot.isBusy = false;
    const now = this.#clock();
    this.#slot.flush();
    // A loop of short bars within a bar: only the last one's end is to be seen.
    if (this.#isInner) this.#showIfDue(done, how, now);
    else this.#show(done, how, now);
  }

  #showIfDue(done: number, how: BarState["how"], now: number): void {
    const { shownMs } = this.#slot;
    if (shownMs === null || now - shownMs >= SHOW_MS) this.#show(done, how, now);
    else this.#slot.late = () => this.#show(done, how, now);
  }

  #show(done: number, how: BarState["how"], now: number): void {
    const update = this.#slot.shownMs !== null;
    this.#slot.shownMs = now;
    this.#slot.late = null;
    const elapsedMs = now - this.#startMs;
    const state: BarState = { label: this.#label, done, total: this.#total, elapsedMs, how };
    const line = barLine(state);
    const ended = how !== "running";
    const isTime = ended ? !this.#isInner || elapsedMs >= WORTH_A_LINE_MS : now - this.#logMs >= LOG_MS;
    if (isTime) this.#logMs = now;
    try {
      displaySink().show({
        ...bundle({ "text/html": barHtml(state), "text/plain": line }),
        id: this.#slot.id,
        update,
        progress: {
          line,
          fraction: this.#total === null || this.#total === 0 ? null : Math.min(1, done / this.#total),
          ended,
          forLog: isTime,
        },
      });
    } catch {
      // A bar that cannot be shown does not stop the work.
    }
  }
}
