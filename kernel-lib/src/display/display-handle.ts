import { randomBytes } from "node:crypto";
import { inspect, types } from "node:util";
import type { MimeBundle } from "./mime-bundle.js";
import { displaySink } from "./sink.js";

export interface DisplayOptions {
  /** A name of this output: showing with it again, and `update: true`, replaces the output. */
  readonly id?: string;
  /** Replaces what was shown under `id` instead of adding an output. */
  readonly update?: boolean;
}

/** An output that was shown and can be replaced, wherever it stands, also from later cells. */
export interface DisplayHandle<T> {
  readonly id: string;
  /** Shows something else in its place. */
  update(value: T): void;
}

/** What is shown: a bundle, or nothing (null), now or later. */
export type Displayed = MimeBundle | null | Promise<MimeBundle | null>;

/** What was promised to be shown and is not there yet. */
const pending = new Set<Promise<void>>();
/** How long a cell waits for it, in milliseconds: a promise may well never be kept. */
const PATIENCE_MS = 10_000;

const prefix = randomBytes(6).toString("hex");
let count = 0;

/** A name that no other output has, of other processes neither. */
export function newDisplayId(): string {
  count += 1;
  return `${prefix}-${count}`;
}

/** Shows what `toBundle` makes of a value, and gives the handle by which it can make something else of another one. */
export function show<T>(
  value: T,
  toBundle: (value: T) => Displayed,
  { id = newDisplayId(), update = false }: DisplayOptions = {},
): DisplayHandle<T> {
  send(toBundle(value), id, update);
  return new Handle(id, toBundle);
}

class Handle<T> implements DisplayHandle<T> {
  readonly id: string;
  readonly #toBundle: (value: T) => Displayed;

  constructor(id: string, toBundle: (value: T) => Displayed) {
    this.id = id;
    this.#toBundle = toBundle;
  }

  update(value: T): void {
    send(this.#toBundle(value), this.id, true);
  }

  [inspect.custom](): string {
    return `[output ${this.id}]`;
  }

  /** As the last expression of a cell it shows nothing more: what it stands for has just been shown. */
  [Symbol.for("Jupyter.display")](): object {
    return {};
  }
}

function send(shown: Displayed, id: string, update: boolean): void {
  if (!types.isPromise(shown)) {
    if (shown !== null) displaySink().show({ ...shown, id, update });
    return;
  }
  const done: Promise<void> = shown
    .then((later) => send(later, id, update))
    .finally(() => {
      pending.delete(done);
    });
  pending.add(done);
}

/** Resolves when all that was promised to be shown is, or after ten seconds. */
export async function displaysSettled(patienceMs = PATIENCE_MS): Promise<void> {
  if (pending.size > 0) await atMost(Promise.allSettled(pending), patienceMs);
}

/** The value of a promise, or undefined if it takes too long. */
export async function atMost<T>(promise: Promise<T>, milliseconds: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  try {
    const late = new Promise<undefined>((resolve) => {
      timer = setTimeout(resolve, milliseconds, undefined);
    });
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
