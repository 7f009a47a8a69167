import { stampOf } from "./stamp.js";

/**
 * One step of the preparation. It is redone when the hash of its inputs changed or its results are gone.
 *
 * @typedef {object} Stage
 * @property {string} name file name of its stamp
 * @property {string} label what the person reads
 * @property {() => string} inputs hash of everything that its results depend on
 * @property {() => boolean} isThere whether its results stand
 * @property {(context: StageContext) => Promise<string>} work makes the results; returns a few words about what it did
 */

/**
 * @typedef {object} StageContext
 * @property {import("./places.js").Places} places
 * @property {string} retry the command that goes on from here, as the person typed it
 * @property {AbortSignal} signal ends the children when the person interrupts
 */

/**
 * Brings one stage up to date.
 *
 * @param {Stage} stage
 * @param {StageContext} context
 * @returns {Promise<string | null>} what was done; null when nothing had to be
 * @throws {import("./lab-error.js").LabError} when the person has to mend something
 */
export async function bringUpToDate(stage, context) {
  const stamp = stampOf(context.places.build, stage.name);
  const started = new Date();
  const hash = stage.inputs();
  if (stamp.read() === hash && stage.isThere()) {
    stamp.write(hash, started);
    return null;
  }
  stamp.remove();
  const done = await stage.work(context);
  stamp.write(hash, started);
  return done;
}
