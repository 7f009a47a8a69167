import { execFile } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { checkout } from "../../../kernel-lib/src/lab/places.js";
import { eventsPerRun, runName, writeProject } from "./lineage-project.js";
import { measurePairs } from "./measure-pairs.js";
import { toRow } from "./row.js";

const questionLimitMs = 50;
const commandLimitS = 1;
const memoryLimitMiB = 200;
const dist = join(checkout.kernelLib, "dist");
const run = promisify(execFile);

/**
 * Opening a log of so many events, questions to it once it is open, and commands that ask it in processes of their own.
 *
 * @param {import("./lineage-project.js").Lineage} lineage
 * @param {string} folder
 * @param {number} events
 * @param {number} pairs
 * @param {(line: string) => void} tell
 */
export async function atScale(lineage, folder, events, pairs, tell) {
  const root = join(folder, "scale");
  mkdirSync(root);
  const files = Array.from({ length: 1000 }, (_, index) => join(root, `data-${index}.csv`));
  const what = `${events.toLocaleString("en")} events`;
  tell(`writing ${what}`);
  writeProject(lineage, root, events, files);
  const project = { root, files, what, newest: runName(events / eventsPerRun - 1) };
  return [
    ...(await opening(lineage, project, pairs, tell)),
    ...(await asking(lineage, project, pairs, tell)),
    ...(await commands(project, Math.min(pairs, 7), tell)),
  ];
}

/** @typedef {{ root: string, files: readonly string[], what: string, newest: string }} Project */

/**
 * @param {import("./lineage-project.js").Lineage} lineage
 * @param {Project} project
 * @param {number} pairs
 * @param {(line: string) => void} tell
 */
async function opening(lineage, { root, what, newest }, pairs, tell) {
  const log = join(root, ".tagline", "lineage");
  const cache = join(root, ".tagline", "cache", "lineage");
  const paths = readdirSync(log).flatMap((name) => (name.endsWith(".jsonl") ? [join(log, name)] : []));
  /** The least that any reader without an index does. */
  const parse = async () => timed(() => paths.map(parseLines)) / 1000;
  const open = async () =>
    timed(() => {
      const found = lineage.openReader(root).record(newest);
      if (found?.finished === null || found?.cells.length !== eventsPerRun - 2)
        throw new Error("Cannot measure: the newest run is not there");
    }) / 1000;
  const openAnew = async () => {
    rmSync(cache, { recursive: true, force: true });
    return open();
  };
  tell(`opening ${what}`);
  const rows = [
    toRow(
      { metric: `open ${what}, never read (makes the index)`, peerName: "JSON.parse of each line", unit: "s" },
      await measurePairs(Math.min(pairs, 2), openAnew, parse),
    ),
    toRow(
      { metric: `open ${what}, from the index`, peerName: "JSON.parse of each line", unit: "s" },
      await measurePairs(Math.min(pairs, 3), open, parse),
    ),
  ];
  const bytes = folderBytes(cache);
  const events = Number(what.replace(/\D/g, ""));
  tell(`the log has ${perEvent(folderBytes(log), events)} bytes an event, its index ${perEvent(bytes, events)}`);
  return rows;
}

/**
 * @param {import("./lineage-project.js").Lineage} lineage
 * @param {Project} project
 * @param {number} pairs
 * @param {(line: string) => void} tell
 */
async function asking(lineage, { root, files, what }, pairs, tell) {
  /** @type {typeof import("../../../kernel-lib/src/lineage/questions/impact.js")} */
  const { impact } = await import(pathToFileURL(join(dist, "lineage/questions/impact.js")).href);
  /** @type {typeof import("../../../kernel-lib/src/lineage/questions/timeline.js")} */
  const { timeline } = await import(pathToFileURL(join(dist, "lineage/questions/timeline.js")).href);
  const reader = lineage.openReader(root);
  let asked = 0;
  /** @type {readonly (readonly [string, () => number])[]} */
  const questions = [
    ["why metric:accuracy", () => lineage.why(reader, "metric:accuracy").nodes.length],
    ["why cell:…", () => lineage.why(reader, "cell:notebook-7.ipynb#cell-3").nodes.length],
    ["impact file:…", () => impact(reader, `file:${files.at(-1)}`).runs.length],
    // No two of them the same, so that nothing is at hand from the one before.
    ["impact of another file each time", () => impact(reader, `file:${files[asked++ % 900]}`).runs.length],
    ["timeline, the newest 100", () => timeline(reader).length],
    ["runs, all of them", () => lineage.listRuns(reader).length],
  ];
  /** @type {import("./row.js").Row[]} */
  const rows = [];
  for (const [name, ask] of questions) {
    tell(`${name} at ${what}`);
    for (let warm = 0; warm < 3; warm += 1)
      if (ask() < 2) throw new Error(`Cannot measure ${name}: it found next to nothing`);
    const measured = await measurePairs(
      pairs,
      async () => timed(() => [reader.refresh(), ask()]),
      async () => questionLimitMs,
    );
    rows.push(toRow({ metric: `${name}, ${what}, warm`, peerName: "the goal", unit: "ms", atMost: 1 }, measured));
  }
  return rows;
}

/**
 * Commands from a person's terminal: a new process each time.
 *
 * @param {Project} project
 * @param {number} pairs
 * @param {(line: string) => void} tell
 */
async function commands({ root, files, what }, pairs, tell) {
  /** @type {import("./row.js").Row[]} */
  const rows = [];
  for (const args of [
    ["why", "metric:accuracy"],
    ["runs", "--limit", "100"],
    ["timeline", "--limit", "20"],
    ["impact", `file:${files[7]}`],
  ]) {
    const name = `tagline ${args.join(" ").replace(root, "…")}`;
    tell(`${name} at ${what}`);
    /** @type {[number, number][]} */
    const memory = [];
    const measured = await measurePairs(
      pairs,
      async () => {
        const began = performance.now();
        memory.push([await runTagline(root, args), memoryLimitMiB]);
        return (performance.now() - began) / 1000;
      },
      async () => commandLimitS,
    );
    rows.push(toRow({ metric: `${name}, ${what}`, peerName: "the goal", unit: "s", atMost: 1 }, measured));
    rows.push(toRow({ metric: `its memory, ${what}`, peerName: "the goal", unit: "MiB", atMost: 1 }, memory));
  }
  return rows;
}

/**
 * @param {string} root
 * @param {readonly string[]} args
 * @returns {Promise<number>} the most memory that it held, MiB
 */
async function runTagline(root, args) {
  const code = `const { runCli } = await import(${JSON.stringify(pathToFileURL(join(dist, "cli/run-cli.js")).href)});
process.exitCode = await runCli(process.argv.slice(1));
console.error("held", process.resourceUsage().maxRSS);`;
  const { stderr } = await run(process.execPath, ["--input-type=module", "-e", code, ...args], {
    cwd: root,
    maxBuffer: 1 << 26,
  });
  return Number(/held (\d+)/.exec(stderr)?.[1]) / 1024;
}

/** @param {() => unknown} work */
function timed(work) {
  const began = performance.now();
  work();
  return performance.now() - began;
}

/** @param {string} path */
function parseLines(path) {
  let count = 0;
  const bytes = readFileSync(path);
  for (let start = 0, end = bytes.indexOf(10); end >= 0; start = end + 1, end = bytes.indexOf(10, start)) {
    JSON.parse(bytes.toString("utf8", start, end));
    count += 1;
  }
  return count;
}

/** @param {string} folder */
function folderBytes(folder) {
  return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
}

/**
 * @param {number} bytes
 * @param {number} events
 */
function perEvent(bytes, events) {
  return (bytes / events).toFixed(1);
}
