import { mkdirSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * A stage's note that it succeeded with certain inputs. Written only at the end of a success, removed before
 * work begins: a stage that was cut off starts again.
 *
 * @param {string} folder
 * @param {string} name
 */
export function stampOf(folder, name) {
  const file = join(folder, `${name}.stamp`);
  return {
    file,
    /** @returns {string | null} the hash of the inputs */
    read() {
      try {
        return readFileSync(file, "utf8").trim();
      } catch {
        return null;
      }
    },
    /**
     * @param {string} hash
     * @param {Date} since files changed after this moment are newer than the stamp
     */
    write(hash, since) {
      mkdirSync(dirname(file), { recursive: true });
      const half = `${file}.${process.pid}`;
      writeFileSync(half, `${hash}\n`);
      utimesSync(half, since, since);
      renameSync(half, file);
    },
    remove() {
      rmSync(file, { force: true });
    },
  };
}
