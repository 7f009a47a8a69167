// A log of many runs, as sessions and pipelines write them: `node tests/bench/support/make-log.js ROOT [EVENTS] [SEGMENTS]`.
import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { openLog } from "../../../kernel-lib/dist/lineage/index.js";

const EVENTS_A_RUN = 10;
const EVENTS_A_BATCH = 500;

/**
 * Ten events a run: a start, eight cells (each with a file read or written, a param, and metrics at the end), an end.
 *
 * @param {string} root
 * @param {{ events?: number, segments?: number }} [options]
 * @returns {number} events written
 */
export function makeLog(root, { events = 1_000_000, segments = 20 } = {}) {
  const runs = Math.floor(events / EVENTS_A_RUN);
  let now = Date.UTC(2026, 0, 1);
  const environment = { node: "20.20.0", tagline: "0.1.0", os: "linux", gitCommit: "a".repeat(40), gitDirty: false };
  let run = 0;
  let waiting = 0;
  for (let segment = 0; segment < segments; segment += 1) {
    const log = openLog(root, {
      clock: () => now,
      author: `Person ${segment % 7} <p${segment % 7}@example.org>`,
      host: "bench",
    });
    for (const end = Math.floor((runs * (segment + 1)) / segments); run < end; run += 1) {
      const id = `01BENCH${String(run).padStart(19, "0")}`;
      const at = new Date(now).toISOString();
      log.append({
        kind: "run.started",
        run: id,
        runKind: "session",
        notebook: `notebook-${run % 50}.ipynb`,
        at,
        params: { units: run % 64 },
        environment,
      });
      for (let cell = 0; cell < EVENTS_A_RUN - 2; cell += 1)
        log.append({ kind: "cell.finished", run: id, count: cell + 1, trace: trace(root, run, cell, at) });
      log.append({ kind: "run.finished", run: id, status: "succeeded", at, durationMs: 900 });
      now += 1000;
      waiting += EVENTS_A_RUN;
      if (waiting < EVENTS_A_BATCH) continue;
      waiting = 0;
      log.commitSync();
    }
    log.closeSync();
  }
  return runs * EVENTS_A_RUN;
}

/** @param {string} root @param {number} run @param {number} cell @param {string} startedAt */
function trace(root, run, cell, startedAt) {
  const hash = String(run * 10 + cell).padStart(64, "0");
  const path = cell === 0 ? `${root}/data-${run % 1000}.csv` : `${root}/out-${run}.json`;
  return {
    cellId: `cell-${cell}`,
    sourceHash: hash,
    canonicalHash: hash,
    startedAt,
    durationMs: 12.5,
    cpuMs: 11,
    peakMemoryBytes: 80_000_000,
    reads: cell === 0 ? [] : [`v${cell - 1}`],
    writes: [`v${cell}`],
    mutates: [],
    files: cell === 0 || cell === 7 ? [{ path, mode: cell === 0 ? "read" : "write", sha256: hash, bytes: 1000 }] : [],
    params: cell === 1 ? [{ name: "rate", value: (run % 10) / 10, default: 0.1 }] : [],
    metrics: cell === 7 ? [{ name: "accuracy", value: (run % 1000) / 1000 }] : [],
    tables: [],
    fits: [],
    error: null,
  };
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const [root, events, segments] = process.argv.slice(2);
  if (root === undefined) throw new Error("Usage: node tests/bench/support/make-log.js ROOT [EVENTS] [SEGMENTS]");
  const written = makeLog(root, {
    ...(events ? { events: Number(events) } : {}),
    ...(segments ? { segments: Number(segments) } : {}),
  });
  process.stdout.write(`${written} events\n`);
}
