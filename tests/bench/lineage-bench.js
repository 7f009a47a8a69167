import {
  closeSync,
  fdatasync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { checkout } from "../../kernel-lib/src/lab/places.js";
import { runCommand } from "../../kernel-lib/src/lab/run-command.js";
import { sideVenv } from "../tools/side-venv.js";
import { metricEvent } from "./support/lineage-project.js";
import { atScale } from "./support/lineage-scale.js";
import { measurePairs } from "./support/measure-pairs.js";
import { startMlflow } from "./support/mlflow-server.js";
import { toRow } from "./support/row.js";

const sync = promisify(fdatasync);
const peers = join(checkout.root, "tests/bench/support/lineage_peers.py");
/** Events that one sync covers, and how many make a sample. */
const bounds = /** @type {const} */ ([
  { batch: 1, events: 300 },
  { batch: 100, events: 20_000 },
]);
/**
 * MLflow acknowledges each call, the kernel each cell with its reply, however many metrics the cell logs. So the same work is N metrics
 * in a cell, synced once, beside N `log_metric` calls, or beside as many `log_batch` calls as they need; that has the goal. A cell
 * for each call, synced alone, is told too.
 *
 * `points`: metrics of a cell. `perCall`: those of a call, of which there are `calls`.
 */
const shapes = /** @type {const} */ ([
  { points: 10_000, cells: 5, perCall: 1, calls: 40, atLeast: 100 },
  { points: 10_000, cells: 5, perCall: 100, calls: 20, atLeast: 100 },
  { points: 10_000, cells: 5, perCall: 1000, calls: 10, atLeast: 100 },
  { points: 1, cells: 200, perCall: 1, calls: 40 },
  { points: 100, cells: 200, perCall: 100, calls: 20 },
]);

/** @type {import("./support/row.js").Bench} */
export async function bench({ tell, pairs = 15, quick = false }) {
  /** @type {import("./support/lineage-project.js").Lineage} */
  const lineage = await import(pathToFileURL(join(checkout.kernelLib, "dist/lineage/index.js")).href);
  const python = join(await sideVenv("bench-venv", "tests/bench/requirements.txt"), "python");
  const folder = mkdtempSync(join(tmpdir(), "tagline-bench-lineage-"));
  try {
    const rows = await durable({ lineage, python, folder, pairs, tell });
    rows.push(...(await besideMlflow(lineage, folder, Math.min(pairs, quick ? 2 : 5), tell)));
    rows.push(...(await atScale(lineage, folder, quick ? 100_000 : 1_000_000, pairs, tell)));
    return rows;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Acknowledged events a second, beside a bare append and SQLite that sync as often.
 *
 * @param {{ lineage: import("./support/lineage-project.js").Lineage, python: string, folder: string, pairs: number, tell: (line: string) => void }} options
 */
async function durable({ lineage, python, folder, pairs, tell }) {
  /** @type {import("./support/row.js").Row[]} */
  const rows = [];
  let made = 0;
  const newFolder = () => {
    made += 1;
    const path = join(folder, `durable-${made}`);
    mkdirSync(path);
    return path;
  };
  for (const { batch, events } of bounds) {
    const facts = Array.from({ length: events }, (_, index) => metricEvent(index));
    const lines = linesOf(lineage, newFolder(), facts);
    const linesPath = join(newFolder(), "lines.jsonl");
    writeFileSync(linesPath, lines.join(""));
    /** @type {[ours: number, sqlite: number][]} */
    const bytes = [];
    let ownBytes = 0;
    const ours = async () => {
      const root = newFolder();
      const seconds = await logged(lineage, root, facts, batch);
      ownBytes = folderBytes(join(root, ".tagline", "lineage"));
      rmSync(root, { recursive: true });
      return events / seconds;
    };
    const raw = async () => {
      const path = join(newFolder(), "raw.jsonl");
      return events / (await appended(path, lines, batch));
    };
    const sqlite = async () => {
      const path = join(newFolder(), "events.db");
      const found = await peer(python, ["sqlite", path, linesPath, String(batch)]);
      bytes.push([ownBytes / events, found.bytes / events]);
      return events / found.seconds;
    };
    const metric = `durable events, ${batch} a sync`;
    for (const [peerName, measure, atLeast] of /** @type {const} */ ([
      ["bare append, same sync", raw, 0.5],
      ["SQLite WAL, same sync", sqlite, 1],
    ])) {
      tell(`${metric}, beside ${peerName}, ${pairs} pairs`);
      rows.push(toRow({ metric, peerName, unit: "events/s", atLeast }, await measurePairs(pairs, ours, measure)));
    }
    rows.push(
      toRow(
        { metric: `bytes an event, ${batch} a sync`, peerName: "SQLite WAL", unit: "B" },
        bytes.filter(([own]) => own > 0),
      ),
    );
  }
  return rows;
}

/**
 * Acknowledged metrics a second, beside calls to a local MLflow server.
 *
 * @param {import("./support/lineage-project.js").Lineage} lineage
 * @param {string} folder
 * @param {number} pairs
 * @param {(line: string) => void} tell
 */
async function besideMlflow(lineage, folder, pairs, tell) {
  tell("MLflow and its server (the first time, some minutes to install)");
  const bin = await sideVenv("mlflow-venv", "tests/judges/mlflow-requirements.txt");
  const home = join(folder, "mlflow");
  mkdirSync(home);
  const server = await startMlflow(bin, home);
  try {
    /** @type {import("./support/row.js").Row[]} */
    const rows = [];
    for (const [place, { points, cells, perCall, calls, ...goal }] of shapes.entries()) {
      const facts = Array.from({ length: cells }, (_, index) => metricEvent(index, points));
      const ours = async (/** @type {number} */ index) => {
        const root = join(home, `own-${place}-${index}`);
        mkdirSync(root);
        return (cells * points) / (await logged(lineage, root, facts, 1));
      };
      const args = ["mlflow", server.uri, String(calls * perCall), String(perCall)];
      const mlflow = async () => (calls * perCall) / (await peer(join(bin, "python"), args)).seconds;
      const metric = `durable metrics, ${points.toLocaleString("en")} a cell, a sync each`;
      const peerName = `MLflow ${perCall === 1 ? "log_metric" : `log_batch of ${perCall.toLocaleString("en")}`}`;
      tell(`${metric}, beside ${peerName}, ${pairs} pairs`);
      rows.push(toRow({ metric, peerName, unit: "metrics/s", ...goal }, await measurePairs(pairs, ours, mlflow)));
    }
    return rows;
  } finally {
    await server.stop();
  }
}

/**
 * Seconds until all are acknowledged, one commit after the other.
 *
 * @param {import("./support/lineage-project.js").Lineage} lineage
 * @param {string} root
 * @param {readonly import("./support/lineage-project.js").LineageEvent[]} facts
 * @param {number} batch
 */
async function logged({ openLog, verifyLog }, root, facts, batch) {
  const log = openLog(root, { author: "Ada <ada@example.org>", host: "bench" });
  const began = performance.now();
  for (let start = 0; start < facts.length; start += batch) {
    log.append(facts.slice(start, start + batch));
    await log.commit();
  }
  const seconds = (performance.now() - began) / 1000;
  await log.close();
  const { events, intact } = verifyLog(root);
  if (events !== facts.length || !intact)
    throw new Error(`Cannot measure: ${events} of ${facts.length} events are there`);
  return seconds;
}

/**
 * @param {string} path
 * @param {readonly string[]} lines
 * @param {number} batch
 */
async function appended(path, lines, batch) {
  const fd = openSync(path, "ax");
  const began = performance.now();
  for (let start = 0; start < lines.length; start += batch) {
    writeSync(fd, lines.slice(start, start + batch).join(""));
    await sync(fd);
  }
  const seconds = (performance.now() - began) / 1000;
  closeSync(fd);
  return seconds;
}

/**
 * The events as the log writes them, one line each.
 *
 * @param {import("./support/lineage-project.js").Lineage} lineage
 * @param {string} root
 * @param {readonly import("./support/lineage-project.js").LineageEvent[]} facts
 */
function linesOf({ openLog, readLog }, root, facts) {
  const log = openLog(root, { author: "Ada <ada@example.org>", host: "bench" });
  log.append(facts);
  log.closeSync();
  return readLog(root).events.map((event) => `${JSON.stringify(event)}\n`);
}

/** @param {string} folder */
function folderBytes(folder) {
  return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
}

/**
 * @param {string} python
 * @param {readonly string[]} args
 * @returns {Promise<{ seconds: number, bytes: number }>}
 */
async function peer(python, args) {
  const { PYTHONDONTWRITEBYTECODE: _off, ...env } = process.env;
  const { code, output } = await runCommand(python, [peers, ...args], { env });
  const answer = /^\{"seconds".*\}$/m.exec(output)?.[0];
  if (code !== 0 || answer === undefined) throw new Error(`Cannot measure ${args[0]}: ${output.slice(-2000)}`);
  return JSON.parse(answer);
}
