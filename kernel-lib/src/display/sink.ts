import type { MimeBundle } from "./mime-bundle.js";

export interface DisplayMessage extends MimeBundle {
  /** With an id, what was shown under it can be replaced later. */
  readonly id?: string;
  /** True if this replaces what was shown under `id`. */
  readonly update: boolean;
}

export type DisplaySink = (message: DisplayMessage) => void;

/** Outside of a notebook what is shown is printed. */
const print: DisplaySink = ({ data }) => {
  const text = data["text/plain"];
  console.log(typeof text === "string" ? text : JSON.stringify(data));
};

let sink = print;

/** Where `display` sends: the kernel and a step's process each set their own, once. */
export function setDisplaySink(next: DisplaySink): void {
  sink = next;
}

export function sendToSink(message: DisplayMessage): void {
  sink(message);
}
