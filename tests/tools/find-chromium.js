import { delimiter, join } from "node:path";
import { aptInstall, isProgram } from "./system-program.js";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge"];
const places = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/** Where Chromium stands on this machine, or null. `TAGLINE_CHROMIUM` names another. */
export function findChromium(env = process.env) {
  const named = env["TAGLINE_CHROMIUM"];
  if (named) return isProgram(named) ? named : null;
  const folders = (env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  const candidates = [...names.flatMap((name) => folders.map((folder) => join(folder, name))), ...places];
  return candidates.find(isProgram) ?? null;
}

/**
 * Chromium, installed by the system's package manager where it is not there and that is possible.
 *
 * @param {(line: string) => void} tell
 * @returns {{ path: string } | { missing: string }}
 */
export function ensureChromium(tell) {
  const found = findChromium();
  if (found !== null) return { path: found };
  const named = process.env["TAGLINE_CHROMIUM"];
  if (named)
    return { missing: `Cannot run the tests of the page: TAGLINE_CHROMIUM names ${named}, which is no program.` };
  const done = aptInstall("chromium", () => tell("Chromium is not installed: installing it with apt-get."));
  const installed = findChromium();
  if (done && installed !== null) return { path: installed };
  return {
    missing:
      "Cannot run the tests of the page: there is no Chromium or Chrome on the PATH. Install one (Debian: `sudo apt install chromium`), or name it in TAGLINE_CHROMIUM.",
  };
}
