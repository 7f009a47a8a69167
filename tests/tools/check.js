// `npm run check`: format, lint, types, room arrows and import cycles, unused code. `npm run check -- --write` formats.
import "../../kernel-lib/bin/check-node.js";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { ensureBuilt } from "../../kernel-lib/src/lab/ensure-built.js";
import { checkout } from "../../kernel-lib/src/lab/places.js";
import { runCommand } from "../../kernel-lib/src/lab/run-command.js";

const write = process.argv.includes("--write");
const script = (/** @type {string} */ name) => join(checkout.nodeModules, ...name.split("/"));

/** @type {readonly (readonly [label: string, script: string, ...args: string[]])[]} */
const checks = [
  [write ? "format" : "format and lint", "@biomejs/biome/bin/biome", "check", ...(write ? ["--write"] : []), "."],
  ["room arrows and cycles", "dependency-cruiser/bin/dependency-cruise.mjs", ...cruise()],
  ["unused code", "knip/bin/knip.js", "--no-progress", "--no-config-hints"],
  types("kernel-lib", "kernel-lib/tsconfig.json"),
  types("lab", "kernel-lib/tsconfig.lab.json"),
  types("jupyter-extension", "jupyter-extension/tsconfig.json"),
  types("tests", "tests/tsconfig.json"),
];

process.exitCode = await main();

async function main() {
  if (!existsSync(checkout.typescript)) {
    console.error("Cannot check: the packages are not installed. Run `npm ci --ignore-scripts` or `npm start` first.");
    return 1;
  }
  // The extension's types come from the library's emitted declarations.
  if (!(await ensureBuilt())) return 1;
  /** @type {string[]} */
  const failed = [];
  const waiting = [...checks];
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      if (!(await check(next))) failed.push(next[0]);
    }
  };
  await Promise.all([work(), work()]);
  console.log(failed.length === 0 ? "check: clean" : `check: failed: ${failed.join(", ")}`);
  return failed.length === 0 ? 0 : 1;
}

/** @param {readonly [label: string, script: string, ...args: string[]]} entry */
async function check([label, path, ...args]) {
  const started = performance.now();
  const { code, output } = await runCommand(process.execPath, [script(path), ...args], { cwd: checkout.root });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  if (code !== 0 && output.trim() !== "") console.log(output.trim());
  console.log(`${label.padEnd(28)}${(code === 0 ? "ok" : "FAILED").padEnd(8)}${seconds.padStart(6)} s`);
  return code === 0;
}

/**
 * @param {string} name
 * @param {string} config
 * @returns {readonly [string, string, ...string[]]}
 */
function types(name, config) {
  const record = join(checkout.build, `check-${name}.tsbuildinfo`);
  const options = ["--noEmit", "--incremental", "--tsBuildInfoFile", record, "--pretty", "false"];
  return [`types of ${name}`, "typescript/bin/tsc", "-p", config, ...options];
}

function cruise() {
  return ["--config", ".dependency-cruiser.cjs", "kernel-lib/src", "kernel-lib/bin", "jupyter-extension/src"];
}
