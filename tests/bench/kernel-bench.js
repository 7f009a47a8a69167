import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkout } from "../../kernel-lib/src/lab/places.js";
import { runCommand } from "../../kernel-lib/src/lab/run-command.js";
import { sideVenv } from "../tools/side-venv.js";
import { openKernels } from "./support/kernels.js";
import { measurePairs } from "./support/measure-pairs.js";
import { toRow } from "./support/row.js";

const steps = 1e8;
const loop = `for (let i = 0; i < ${steps}; i++) total += i % 7;`;
const awaits = "for (let i = 0; i < 1e6; i++) await null;";
/** Cells in a row, and how many make one sample. */
const cells = 2000;
const sample = 100;

const fit = [
  'import * as tf from "@tensorflow/tfjs"; const xs = tf.randomNormal([1000, 16]), ys = tf.randomNormal([1000, 1]);',
  `const model = tf.sequential({ layers: [tf.layers.dense({ units: 32, activation: "relu", inputShape: [16] }), tf.layers.dense({ units: 1 })] });
model.compile({ optimizer: "adam", loss: "meanSquaredError" });
await model.fit(xs, ys, { epochs: 50, batchSize: 100, verbose: 0 });`,
];
const pipeline = [
  'import * as aq from "arquero"; const rows = aq.table({ key: Array.from({ length: 1e6 }, (_, i) => i % 100), x: Float64Array.from({ length: 1e6 }, (_, i) => i * 0.5) });',
  `const means = rows.derive({ y: (d) => d.x * 2 + 1 }).filter((d) => d.y > 100).groupby("key").rollup({ mean: (d) => aq.op.mean(d.y), n: aq.op.count() }).orderby("key");
means.numRows();`,
];

/** @type {import("./support/row.js").Bench} */
export async function bench({ tell, pairs = 40 }) {
  const python = join(await sideVenv("bench-venv", "tests/bench/requirements.txt"), "python");
  const file = "{connection_file}";
  const tagline = [process.execPath, join(checkout.kernelLib, "dist", "kernel", "main.js"), file];
  const kernels = {
    tagline,
    ipykernel: [python, "-m", "ipykernel_launcher", "-f", file],
    tslab: [process.execPath, join(checkout.nodeModules, "tslab", "bin", "tslab"), "kernel", `--config-path=${file}`],
  };
  const peers = /** @type {const} */ (["tslab", "ipykernel"]);
  const folder = mkdtempSync(join(tmpdir(), "tagline-bench-kernel-"));
  // A project of its own, so that its log goes with it.
  mkdirSync(join(folder, ".tagline"));
  const open = openKernels(folder, python);
  /** @type {import("./support/row.js").Row[]} */
  const rows = [];
  /**
   * @param {Parameters<typeof toRow>[0]} what
   * @param {number} count
   * @param {(index: number) => Promise<number>} ours
   * @param {(index: number) => Promise<number>} peer
   */
  const row = async (what, count, ours, peer) => {
    tell(`${what.metric}, beside ${what.peerName}, ${count} pairs`);
    rows.push(toRow(what, await measurePairs(count, ours, peer)));
  };
  /** @param {string} name */
  const trivial = (name) => async (/** @type {number} */ index) => 1000 * (await open.execute(name, `${index} + 1`));
  try {
    for (const peerName of peers) {
      /** @param {"tagline" | "tslab" | "ipykernel"} name */
      const startOnce = async (name) => {
        const seconds = await open.start(name, kernels[name]);
        await open.stop(name);
        return seconds;
      };
      await row(
        { metric: "start to first result", peerName, unit: "s" },
        Math.min(pairs, 10),
        () => startOnce("tagline"),
        () => startOnce(peerName),
      );
    }

    await open.start("tagline", tagline);
    for (const peerName of peers) {
      await open.start(peerName, kernels[peerName]);
      // The first cells are slower for everyone, until the engines know the code.
      await measurePairs(100, trivial("tagline"), trivial(peerName));
      const atMost = peerName === "tslab" ? 0.5 : 1.3;
      await row(
        { metric: "round trip of a trivial cell", peerName, unit: "ms", atMost },
        pairs,
        trivial("tagline"),
        trivial(peerName),
      );
      await open.stop(peerName);
    }

    const few = Math.min(pairs, 11);
    const bare = `let total = 0; ${loop}`;
    /** @param {string} metric @param {number} atMost @param {string} cell @param {string} peer @param {string} peerName */
    const loops = (metric, atMost, cell, peer, peerName = "bare Node") =>
      row(
        { metric, peerName, unit: "s", atMost },
        few,
        () => open.execute("tagline", cell),
        () => bareSeconds(peer),
      );
    await loops("loop of 1e8 steps over a variable of this cell", 1.5, `${bare} total`, bare);
    await open.execute("tagline", "let total = 0;");
    await loops("loop of 1e8 steps over a variable of an earlier cell", 1.5, loop, bare);
    const shares = "const peek = () => total; const add = (x: number) => { total += x; };";
    await open.execute("tagline", shares);
    const captured = `let total = 0; ${shares.replace(": number", "")} keep(peek, add);`;
    await loops(
      "loop of 1e8 steps over a variable that closures share",
      1.3,
      loop,
      `${captured} ${loop}`,
      "bare Node, captured",
    );
    const called = `for (let i = 0; i < ${steps}; i++) add(i % 7);`;
    await row(
      { metric: "loop of 1e8 calls of a closure that shares a variable", peerName: "bare Node, captured", unit: "s" },
      few,
      () => open.execute("tagline", called),
      () => bareSeconds(`${captured} ${called}`),
    );
    await row(
      { metric: "1e6 awaits", peerName: "bare Node", unit: "s" },
      few,
      () => open.execute("tagline", awaits),
      () => bareSeconds(awaits),
    );

    await open.start("off", tagline, { TAGLINE_TRACK: "off" });
    const peerName = "tracking off";
    await measurePairs(100, trivial("tagline"), trivial("off"));
    await row(
      { metric: "trivial cell, tracked", peerName, unit: "ms", atMost: 1.1 },
      pairs * 5,
      trivial("tagline"),
      trivial("off"),
    );
    for (const [metric, [setup = "", cell = ""]] of /** @type {const} */ ([
      ["fit of 50 epochs, tracked", fit],
      ["arquero pipeline over 1,000,000 rows, tracked", pipeline],
    ])) {
      for (const name of ["tagline", "off"]) {
        await open.execute(name, setup);
        await open.execute(name, cell);
      }
      await row(
        { metric, peerName, unit: "s", atMost: 1.02 },
        few,
        () => open.execute("tagline", cell),
        () => open.execute("off", cell),
      );
    }
    await open.stop("off");
    await open.stop("tagline");
    rows.push(...(await growth(open, tagline, tell)));
    return rows;
  } finally {
    open.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * What 2,000 cells in a row do to the cost of a cell and to the memory; each declares a name, of 500 in all.
 *
 * @param {ReturnType<typeof openKernels>} open
 * @param {readonly string[]} argv
 * @param {(line: string) => void} tell
 */
async function growth(open, argv, tell) {
  tell(`${cells} cells in a row`);
  await open.start("tagline", argv);
  const times = [];
  const memory = [];
  for (let index = 0; index < cells; index += 1) {
    times.push(1000 * (await open.execute("tagline", `let v${index % 500} = ${index}; v${index % 500} + 1`)));
    if (index % sample === sample - 1) memory.push((await open.memory("tagline")) / 1e6);
  }
  await open.stop("tagline");
  // The engine settles within the first quarter; from there on nothing should grow.
  /** @param {readonly number[]} values @returns {[number, number][]} */
  const laterAndEarlier = (values) => {
    const quarter = values.length / 4;
    return values.slice(3 * quarter).map((value, index) => [value, values[quarter + index] ?? Number.NaN]);
  };
  return [
    toRow(
      { metric: "cells 1,501 to 2,000 in a row", peerName: "cells 501 to 1,000", unit: "ms", atMost: 1.05 },
      laterAndEarlier(times),
    ),
    toRow(
      {
        metric: "resident memory after 1,600 to 2,000 cells",
        peerName: "after 600 to 1,000",
        unit: "MB",
        atMost: 1.05,
      },
      laterAndEarlier(memory),
    ),
  ];
}

/**
 * Seconds that the code takes in a function of a process of its own.
 *
 * @param {string} code may use `keep`, which lets its arguments be seen elsewhere
 */
async function bareSeconds(code) {
  const script = `globalThis.kept = []; const keep = (...all) => kept.push(all); const f = async () => { ${code} }; const began = performance.now(); f().then(() => console.log((performance.now() - began) / 1000));`;
  const { output } = await runCommand(process.execPath, ["-e", script]);
  return Number(output);
}
