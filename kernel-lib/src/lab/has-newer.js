import { readdirSync, statSync } from "node:fs";

/**
 * Whether anything in a folder changed after a moment. A folder's own time counts too: it changes when a file in it comes or goes.
 *
 * @param {string} folder
 * @param {number} timeMs
 * @returns {boolean}
 */
export function hasNewer(folder, timeMs) {
  if (statSync(folder).mtimeMs > timeMs) return true;
  return readdirSync(folder, { withFileTypes: true }).some((entry) => {
    // Five hundred paths at each command: `join` would take longer than the looks themselves.
    const path = `${folder}/${entry.name}`;
    return entry.isDirectory() ? hasNewer(path, timeMs) : statSync(path).mtimeMs > timeMs;
  });
}
