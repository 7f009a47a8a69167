import type { DisplaySink } from "./display-message.js";
import { printMessage } from "./print-message.js";
import { stockTslabSink } from "./stock-tslab.js";

/** Outside of a notebook what is shown is printed. */
const printing: DisplaySink = { show: printMessage, clear: () => {} };

let current: DisplaySink | null = null;

/** Where `display` sends: the kernel and a step's process each set their own, once. */
export function setDisplaySink(next: DisplaySink): void {
  current = next;
}

export function displaySink(): DisplaySink {
  return current ?? stockTslabSink() ?? printing;
}
