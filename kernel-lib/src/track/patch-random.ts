import { currentRecorder } from "./cell-context.js";
import { engineRandom } from "./random.js";

/**
 * Gives each cell its own stream of `Math.random`, restarted from the cell's seed. A callback goes on with the
 * stream of the cell that started it. Outside a cell it is the engine's own.
 */
export function patchRandom(): void {
  const random = (): number => {
    const recorder = currentRecorder();
    return recorder === undefined ? engineRandom() : recorder.random();
  };
  Object.defineProperties(random, Object.getOwnPropertyDescriptors(engineRandom));
  Math.random = random;
}
