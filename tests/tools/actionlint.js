import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { runCommand, telltaleLines } from "../../kernel-lib/src/lab/run-command.js";
import { toolsFolder } from "./tools-folder.js";

const VERSION = "v1.7.7";
const SOURCE = `github.com/rhysd/actionlint/cmd/actionlint@${VERSION}`;

/**
 * actionlint, which judges workflows of GitHub Actions. Built once (half a minute) with Go into Tagline's tools folder.
 *
 * @returns {Promise<string>} path of the program
 */
export async function ensureActionlint() {
  const cache = toolsFolder();
  const folder = join(cache, `actionlint-${VERSION}`);
  const program = join(folder, process.platform === "win32" ? "actionlint.exe" : "actionlint");
  if (existsSync(program)) return program;
  mkdirSync(cache, { recursive: true });
  const partial = mkdtempSync(join(cache, "actionlint-building-"));
  try {
    const env = { ...process.env, GOBIN: partial, GOFLAGS: "-buildvcs=false" };
    const { code, output } = await runCommand("go", ["install", SOURCE], { env });
    if (code !== 0)
      throw new Error(`Cannot build actionlint: \`go install ${SOURCE}\` failed.\n${telltaleLines(output).join("\n")}`);
    try {
      renameSync(partial, folder);
    } catch (error) {
      // Somebody else built it meanwhile.
      if (!existsSync(program)) throw error;
    }
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  return program;
}
