/**
 * @typedef {typeof import("../../../kernel-lib/src/lineage/index.js")} Lineage
 * @typedef {import("../../../kernel-lib/src/lineage/index.js").LineageEvent} LineageEvent
 * @typedef {import("../../../kernel-lib/src/lineage/index.js").CellTrace} CellTrace
 */

export const eventsPerRun = 10;
const at = "2026-11-24T06:00:00.000Z";

/**
 * A cell that reads a file and logs a metric: what most cells of a notebook on models look like in the log.
 *
 * @param {string} run
 * @param {number} count
 * @param {Partial<CellTrace>} [more]
 * @returns {LineageEvent}
 */
export function cellFinished(run, count, more = {}) {
  return {
    kind: "cell.finished",
    run,
    count,
    trace: {
      cellId: `cell-${count % eventsPerRun}`,
      sourceHash: "5".repeat(64),
      canonicalHash: "c".repeat(64),
      startedAt: at,
      durationMs: 5.25,
      cpuMs: 4.5,
      peakMemoryBytes: 98_304_000,
      reads: [],
      writes: [],
      mutates: [],
      files: [],
      params: [],
      metrics: [],
      tables: [],
      fits: [],
      error: null,
      ...more,
    },
  };
}

/**
 * @param {number} count
 * @param {number} [points] how often it logs its metric
 */
export function metricEvent(count, points = 1) {
  return cellFinished("01BENCH00000000000000000000", count, {
    reads: ["model", "test"],
    writes: ["accuracy"],
    metrics: Array.from({ length: points }, (_, step) => ({ name: "accuracy", value: count / 1e6, step, at })),
  });
}

/** @param {number} index */
export const runName = (index) => `01BENCH${String(index).padStart(19, "0")}`;

/**
 * Sessions of ten events each: a start, eight cells (the first reads one of `files` files, the last logs a metric), an end.
 *
 * @param {Lineage} lineage
 * @param {string} root
 * @param {number} events
 * @param {readonly string[]} files
 */
export function writeProject({ openLog }, root, events, files) {
  const log = openLog(root, { author: "Ada <ada@example.org>", host: "bench" });
  const runs = events / eventsPerRun;
  for (let index = 0; index < runs; index += 1) {
    const run = runName(index);
    const path = files[index % files.length] ?? "";
    const environment = { node: "20.20.0", tagline: "0.1.0", os: "linux", gitCommit: null, gitDirty: null };
    log.append({
      kind: "run.started",
      run,
      runKind: "session",
      notebook: `notebook-${index % 50}.ipynb`,
      at,
      params: { units: index % 64, rate: 0.01 },
      environment,
    });
    for (let count = 1; count <= eventsPerRun - 2; count += 1) log.append(projectCell(run, count, path, index / runs));
    log.append({ kind: "run.finished", run, status: "succeeded", at, durationMs: 1200 });
    if (index % 100 === 99) log.commitSync();
  }
  log.closeSync();
}

/**
 * @param {string} run
 * @param {number} count
 * @param {string} path
 * @param {number} accuracy
 */
function projectCell(run, count, path, accuracy) {
  const reads = count === 1 ? [] : [`v${count - 1}`];
  if (count === 1)
    return cellFinished(run, count, {
      writes: ["v1"],
      files: [{ path, mode: "read", sha256: "f".repeat(64), bytes: 15_241 }],
    });
  if (count < eventsPerRun - 2) return cellFinished(run, count, { reads, writes: [`v${count}`] });
  return cellFinished(run, count, { reads, metrics: [{ name: "accuracy", value: accuracy, at }] });
}
