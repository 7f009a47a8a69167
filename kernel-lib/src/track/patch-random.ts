import { currentRecorder } from "./cell-context.js";

/**
 * Gives each cell its own stream of `Math.random`, restarted from the cell's seed. A callback goes on with the
 * stream of the cell that started it. Outside a cell it is the engine's own.
 */
export function patchRandom(): void {
  const original = Math.random;
  const random = (): number => {
    const recorder = currentRecorder();
    return recorder === undefined ? original() : recorder.random();
  };
  Object.defineProperties(random, Object.getOwnPropertyDescriptors(original));
  Math.random = random;
}
