import type { MimeBundle } from "./mime-bundle.js";

export interface DisplayMessage extends MimeBundle {
  /** With an id, what was shown under it can be replaced later. */
  readonly id?: string;
  /** True if this replaces what was shown under `id`. */
  readonly update: boolean;
  /** Of a progress bar alone. */
  readonly progress?: ProgressNews;
}

/** A bar's state in words, for what can show no bar: a terminal, a log. */
export interface ProgressNews {
  /** One line: `files 25% 25/100, 12/s, 6 s left`. */
  readonly line: string;
  /** 0 to 1, or null where nobody knows how many there are. */
  readonly fraction: number | null;
  readonly ended: boolean;
  /** True for the few messages that a log should have: one in ten seconds, and the end of what took long. */
  readonly forLog: boolean;
}

/** Where `display` sends. */
export interface DisplaySink {
  show(message: DisplayMessage): void;
  /** Takes away what the running cell has shown so far; with `wait`, not before it shows the next thing. */
  clear(options: { readonly wait: boolean }): void;
  /** The running cell: one object as long as it runs, undefined where there are no cells. */
  cell?(): object | undefined;
}
