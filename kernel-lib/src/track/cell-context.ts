import { AsyncLocalStorage } from "node:async_hooks";
import type { ActiveCell } from "./active-cell.js";

const contexts = new AsyncLocalStorage<ActiveCell | null>();
let lastBegun: ActiveCell | undefined;

/** The recorder of the cell that started the running code, else the last one begun, else undefined. */
export function currentRecorder(): ActiveCell | undefined {
  const recorder = contexts.getStore();
  if (recorder === null) return undefined;
  return recorder ?? lastBegun;
}

/** Runs work of Tagline's own, which belongs to no cell even while one runs. */
export function untracked<T>(body: () => T): T {
  return contexts.run(null, body);
}

export function runAsCell<T>(recorder: ActiveCell, body: () => T): T {
  return contexts.run(recorder, body);
}

export function enterAsCell(recorder: ActiveCell): void {
  contexts.enterWith(recorder);
}

export function setLastBegun(recorder: ActiveCell): void {
  lastBegun = recorder;
}
