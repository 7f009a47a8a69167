import { ensureGoProgram } from "./go-program.js";

/**
 * actionlint, which judges workflows of GitHub Actions. Built once, in half a minute.
 *
 * @returns {Promise<string>} path of the program
 */
export function ensureActionlint() {
  return ensureGoProgram({
    name: "actionlint",
    version: "v1.7.7",
    source: "github.com/rhysd/actionlint/cmd/actionlint",
    what: "actionlint",
  });
}
