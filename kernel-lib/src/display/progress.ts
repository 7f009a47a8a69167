import { types } from "node:util";
import { isTable } from "./known-values.js";
import { type BarEnd, ProgressBar } from "./progress-bar.js";

export interface ProgressOptions {
  /** What goes on. */
  readonly label?: string;
  /** How many items there are, where the iterable does not say so itself (a generator, a stream). */
  readonly total?: number;
}

/**
 * The same items, with a bar that shows how many of them are done, how fast, and how long the rest will take. The bar
 * is one output of the cell that changes about ten times in a second; in a log it is a line in ten seconds.
 * A number `n` stands for 0, 1, …, `n - 1`. Leaving the loop ends the bar too. A bar within another one's loop takes one line, however often it begins anew.
 *
 * @throws {TypeError} if there is nothing to iterate over
 */
export function progress(count: number, options?: ProgressOptions): Iterable<number>;
export function progress<T>(items: Iterable<T>, options?: ProgressOptions): Iterable<T>;
export function progress<T>(items: AsyncIterable<T>, options?: ProgressOptions): AsyncIterable<T>;
export function progress(
  items: number | Iterable<unknown> | AsyncIterable<unknown>,
  { label = "", total }: ProgressOptions = {},
): Iterable<unknown> | AsyncIterable<unknown> {
  const about = { label: String(label), total: known(total) ?? sizeOf(items) };
  if (typeof items === "number") {
    return { [Symbol.iterator]: () => new WatchedIterator(upTo(items), new ProgressBar(about)) };
  }
  if (isIterable(items)) {
    return { [Symbol.iterator]: () => new WatchedIterator(items[Symbol.iterator](), new ProgressBar(about)) };
  }
  if (isAsyncIterable(items)) {
    return {
      [Symbol.asyncIterator]: () => new WatchedAsyncIterator(items[Symbol.asyncIterator](), new ProgressBar(about)),
    };
  }
  throw new TypeError(
    `Cannot show the progress of ${items === null ? "null" : `a value of type ${typeof items}`}: give a list or anything else to iterate over, or a count`,
  );
}

class WatchedIterator<T> implements IterableIterator<T> {
  readonly #inner: Iterator<T>;
  readonly #bar: ProgressBar;
  /** Items handed out so far. */
  #count = 0;

  constructor(inner: Iterator<T>, bar: ProgressBar) {
    this.#inner = inner;
    this.#bar = bar;
  }

  next(): IteratorResult<T> {
    let result: IteratorResult<T>;
    try {
      result = this.#inner.next();
    } catch (error) {
      this.#bar.end(this.#count, "failed");
      throw error;
    }
    if (result.done === true) this.#bar.end(this.#count, "done");
    // That the next one is asked for means that this one is done.
    else if (++this.#count > this.#bar.nextLook) this.#bar.look(this.#count - 1);
    return result;
  }

  return(value?: unknown): IteratorResult<T> {
    stop(this.#bar, this.#count);
    // An iterator without `return` has nothing to clean up.
    return this.#inner.return?.(value) ?? { done: true, value };
  }

  [Symbol.iterator](): this {
    return this;
  }
}

class WatchedAsyncIterator<T> implements AsyncIterableIterator<T> {
  readonly #inner: AsyncIterator<T>;
  readonly #bar: ProgressBar;
  #count = 0;

  constructor(inner: AsyncIterator<T>, bar: ProgressBar) {
    this.#inner = inner;
    this.#bar = bar;
  }

  async next(): Promise<IteratorResult<T>> {
    let result: IteratorResult<T>;
    try {
      result = await this.#inner.next();
    } catch (error) {
      this.#bar.end(this.#count, "failed");
      throw error;
    }
    if (result.done === true) this.#bar.end(this.#count, "done");
    else if (++this.#count > this.#bar.nextLook) this.#bar.look(this.#count - 1);
    return result;
  }

  async return(value?: unknown): Promise<IteratorResult<T>> {
    stop(this.#bar, this.#count);
    return (await this.#inner.return?.(value)) ?? { done: true, value };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

/** A loop was left, by `break` or by an exception, while it was at item `count`. */
function stop(bar: ProgressBar, count: number, how: BarEnd = "stopped"): void {
  bar.end(Math.max(0, count - 1), how);
}

function* upTo(count: number): Generator<number, void> {
  for (let i = 0; i < count; i += 1) yield i;
}

function known(total: number | undefined): number | null {
  return typeof total === "number" && Number.isFinite(total) && total >= 0 ? total : null;
}

function sizeOf(items: unknown): number | null {
  if (typeof items === "number") return known(Math.ceil(Math.max(0, items)));
  if (typeof items === "string") return null;
  if (Array.isArray(items) || types.isTypedArray(items)) return items.length;
  if (types.isMap(items) || types.isSet(items)) return items.size;
  return isTable(items) ? items.numRows() : null;
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return isHolder(value) && Symbol.iterator in Object(value);
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return isHolder(value) && Symbol.asyncIterator in Object(value);
}

function isHolder(value: unknown): boolean {
  return typeof value === "string" || typeof value === "function" || (typeof value === "object" && value !== null);
}
