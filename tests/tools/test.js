// `npm test` and its sisters: the preparation of `npm start`, then vitest, then one plain line.
//   node tests/tools/test.js PROJECT... [-- vitest's own arguments or paths]
import "../../kernel-lib/bin/check-node.js";
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { LabError } from "../../kernel-lib/src/lab/lab-error.js";
import { checkout } from "../../kernel-lib/src/lab/places.js";
import { prepare } from "../../kernel-lib/src/lab/prepare.js";
import { createProgress } from "../../kernel-lib/src/lab/progress.js";
import { ensureChromium } from "./find-chromium.js";

const split = process.argv.indexOf("--");
const projects = process.argv
  .slice(2, split === -1 ? undefined : split)
  .filter((argument) => ["unit", "e2e", "judges", "engines"].includes(argument));
const passedOn = process.argv.slice(2).filter((argument) => !projects.includes(argument) && argument !== "--");
process.exitCode = await main();

async function main() {
  const tally = { passed: 0, failed: 0, skipped: 0 };
  try {
    const retry = `npm ${process.env["npm_lifecycle_event"] === "test" ? "test" : `run ${process.env["npm_lifecycle_event"] ?? "test"}`}`;
    await prepare({ places: checkout, retry, signal: new AbortController().signal }, createProgress(process.stdout));
    const status = runTests(tally);
    if (status !== 0 && tally.failed === 0) tally.failed = 1;
    if (tally.skipped > 0) {
      console.log(`${tally.skipped} skipped${process.env["CI"] ? ": in CI a skipped test counts as failed" : ""}`);
      if (process.env["CI"]) tally.failed += tally.skipped;
    }
    if (tally.passed + tally.failed === 0) {
      console.log("No test ran.");
      tally.failed = 1;
    }
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    console.error([error.message, ...error.details].join("\n  "));
    tally.failed += 1;
  }
  console.log(`${tally.passed} passed, ${tally.failed} failed`);
  return tally.failed === 0 ? 0 : 1;
}

/** @param {{ passed: number, failed: number, skipped: number }} tally */
function runTests(tally) {
  const env = { ...process.env };
  let chosen = projects;
  if (projects.includes("e2e")) {
    const chromium = ensureChromium((line) => console.log(line));
    if ("path" in chromium) {
      env["TAGLINE_CHROMIUM"] = chromium.path;
    } else {
      console.error(chromium.missing);
      tally.failed += 1;
      chosen = projects.filter((project) => project !== "e2e");
    }
  }
  if (chosen.length === 0) return 1;
  mkdirSync(checkout.build, { recursive: true });
  const file = join(checkout.build, `tally-${process.pid}.json`);
  env["TAGLINE_TALLY"] = file;
  const vitest = join(checkout.nodeModules, "vitest", "vitest.mjs");
  const args = [vitest, "run", ...chosen.flatMap((project) => ["--project", project]), ...passedOn];
  const { status } = spawnSync(process.execPath, args, { cwd: checkout.root, env, stdio: "inherit" });
  try {
    const counted = JSON.parse(readFileSync(file, "utf8"));
    tally.passed += counted.passed;
    tally.failed += counted.failed;
    tally.skipped += counted.skipped;
  } catch {
    console.error("vitest ended before it could count its tests.");
  }
  rmSync(file, { force: true });
  return status ?? 1;
}
