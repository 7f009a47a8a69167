import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { runCommand, telltaleLines } from "../../kernel-lib/src/lab/run-command.js";
import { toolsFolder } from "./tools-folder.js";

/**
 * A program that is built once, with Go, into Tagline's tools folder.
 *
 * @param {{ readonly name: string, readonly version: string, readonly source: string, readonly what: string }} program
 *   `source`: the path of its main package; `what`: what it is, to people
 * @returns {Promise<string>} its path
 */
export async function ensureGoProgram({ name, version, source, what }) {
  const cache = toolsFolder();
  const folder = join(cache, `${name}-${version}`);
  const program = join(folder, process.platform === "win32" ? `${name}.exe` : name);
  if (existsSync(program)) return program;
  mkdirSync(cache, { recursive: true });
  const partial = mkdtempSync(join(cache, `${name}-building-`));
  try {
    const env = { ...process.env, GOBIN: partial, GOFLAGS: "-buildvcs=false" };
    const { code, output } = await runCommand("go", ["install", `${source}@${version}`], { env }).catch((error) => {
      throw new Error(`Cannot build ${what}: there is no \`go\` on the PATH. Install Go 1.24 or newer.`, {
        cause: error,
      });
    });
    if (code !== 0)
      throw new Error(
        `Cannot build ${what}: \`go install ${source}@${version}\` failed. Go 1.24 or newer must be on the PATH.\n${telltaleLines(output).join("\n")}`,
      );
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
