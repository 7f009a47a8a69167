import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { readLog, verifyLog } from "../../../../../kernel-lib/dist/lineage/index.js";
import { bin } from "../../../cli/support.js";
import { type ScratchNotebook, scratchNotebook } from "./scratch-notebook.js";

const STEPS = ["make", "left", "right", "join"];

/** Four steps, of which the middle two are parallel, with values that take a while to write. */
function pipeline(): ScratchNotebook {
  return scratchNotebook([
    {
      id: "p",
      tag: "parameters",
      source: 'import { metric, param } from "tagline";\nconst round = param("round", 0);',
    },
    { id: "make", tag: "step:make", source: "const big = new Float64Array(300_000).map((_, i) => i + round);" },
    { id: "left", tag: "step:left", source: "const doubled = big.map((x) => x * 2);" },
    { id: "right", tag: "step:right", source: "const halved = big.map((x) => x / 2);" },
    {
      id: "join",
      tag: "step:join",
      source: "metric('sum', doubled.reduce((a, x) => a + x, 0) + halved.reduce((a, x) => a + x, 0));",
    },
  ]);
}

interface Attempt {
  readonly killed: boolean;
  /** Steps that it said were done, and those that it took from earlier runs. */
  readonly done: readonly string[];
  readonly cached: readonly string[];
  readonly stdout: string;
  readonly ms: number;
}

/** Runs the pipeline, killed with SIGKILL after some time unless it has ended by then. */
function attempt({ folder }: ScratchNotebook, round: number, killAfterMs: number | null): Promise<Attempt> {
  const started = performance.now();
  const child = spawn(process.execPath, [bin, "run", "nb.ipynb", "-p", `round=${round}`], {
    cwd: folder,
    stdio: ["ignore", "pipe", "inherit"],
  });
  let stdout = "";
  child.stdout.setEncoding("utf8").on("data", (text) => (stdout += text));
  const timer = killAfterMs === null ? null : setTimeout(() => child.kill("SIGKILL"), killAfterMs);
  return new Promise((resolve) => {
    child.once("close", (_code, signal) => {
      if (timer !== null) clearTimeout(timer);
      const named = (mark: string, word: string): string[] =>
        [...stdout.matchAll(new RegExp(`^${mark} (\\w+) +${word}\\b`, "gm"))].map(([, name = ""]) => name);
      resolve({
        killed: signal === "SIGKILL",
        done: named("✓", "done"),
        cached: named("=", "cached"),
        stdout,
        ms: performance.now() - started,
      });
    });
  });
}

/** Mulberry32: the same moments each time. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Objects whose bytes are not what their name says. */
function brokenObjects(folder: string): string[] {
  const objects = join(folder, ".tagline/objects");
  return readdirSync(objects, { recursive: true, encoding: "utf8" }).filter((path) => {
    const file = join(objects, path);
    const hash = path.replace(/[\\/]/, "");
    if (!statSync(file).isFile() || !/^[0-9a-f]{64}$/.test(hash)) return false;
    return createHash("sha256").update(readFileSync(file)).digest("hex") !== hash;
  });
}

/**
 * Runs a pipeline again and again, killed with SIGKILL at moments drawn by the seed, and looks after each that no step was done twice once it
 * was told to be done, that every object is whole, and that each run ends with the right number; at the end, that the log holds.
 */
export async function killRuns(kills: number, seed: number): Promise<void> {
  const notebook = pipeline();
  const random = randomNumbers(seed);
  // The first compiles; the second says how long a run takes.
  await attempt(notebook, -2, null);
  const { ms } = await attempt(notebook, -1, null);
  let killed = 0;
  let resumed = 0;
  let told = 0;
  for (let round = 0; killed < kills; round++) {
    const acknowledged = new Set<string>();
    for (let ended = false; !ended; ) {
      const run = await attempt(notebook, round, killed < kills ? random() * ms : null);
      expect(run.done.filter((name) => acknowledged.has(name))).toEqual([]);
      resumed += run.cached.length;
      told += run.done.length;
      for (const name of run.done) acknowledged.add(name);
      if (run.killed) killed += 1;
      ended = !run.killed;
      if (ended) {
        expect([...run.done, ...run.cached].sort(), run.stdout).toEqual([...STEPS].sort());
        const sum = 2.5 * (300_000 * round + (299_999 * 300_000) / 2);
        expect(run.stdout).toContain(`sum ${sum}`);
      }
    }
    expect(brokenObjects(notebook.folder)).toEqual([]);
  }
  // Otherwise nothing was tried.
  expect(resumed).toBeGreaterThan(0);
  const keys = readLog(notebook.folder).events.flatMap(({ event }) =>
    event.kind === "step.finished" && event.status === "done" ? [event.key] : [],
  );
  expect(keys).toHaveLength(new Set(keys).size);
  // The log knows all that was told, and the first two runs.
  expect(keys.length).toBeGreaterThanOrEqual(told + 2 * STEPS.length);
  expect(verifyLog(notebook.folder).intact).toBe(true);
}
