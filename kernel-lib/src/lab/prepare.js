import { existsSync } from "node:fs";
import { join } from "node:path";
import { buildExtension } from "./build-extension.js";
import { buildLibrary } from "./build-library.js";
import { findPython } from "./find-python.js";
import { installIntoVenv } from "./install-into-venv.js";
import { LabError } from "./lab-error.js";
import { withLock } from "./lock.js";
import { installNodePackages } from "./node-packages.js";
import { pythonEnvironment } from "./python-environment.js";
import { bringUpToDate } from "./stage.js";

/**
 * Everything between a fresh clone and a JupyterLab that can start: packages, builds, installs. Each stage is redone
 * only if what it depends on changed, and tells its line when it ends.
 *
 * @param {import("./stage.js").StageContext} context
 * @param {import("./progress.js").Progress} progress
 * @throws {LabError} when the person has to mend something
 */
export async function prepare(context, progress) {
  const { places, signal } = context;
  if (!existsSync(places.lockFile) || !existsSync(places.extension)) {
    throw new LabError(
      "Cannot prepare JupyterLab: this copy of Tagline is an installed package. Clone Tagline's repository and run `npm start` there.",
    );
  }
  /** @param {number} holder */
  const onWait = (holder) => progress.note(`Waiting for process ${holder}, which prepares this checkout.`);
  const body = async () => {
    await progress.stage("Node and Python", () => checkMachine(context));
    await progress.stage("Node packages", () => installNodePackages(context));
    const stages = [pythonEnvironment(places), buildLibrary(places), buildExtension(places), installIntoVenv(places)];
    for (const stage of stages) {
      await progress.stage(stage.label, () => bringUpToDate(stage, context));
    }
  };
  await withLock(join(places.build, "lock"), onWait, body, signal);
}

/**
 * Says at once what only the person can install. Once .venv stands, its own Python is the one that counts.
 *
 * @param {import("./stage.js").StageContext} context
 */
async function checkMachine(context) {
  const node = `Node ${process.versions.node}`;
  if (existsSync(context.places.python)) return node;
  const python = await findPython(context);
  return `${node}, Python ${python.version}`;
}
