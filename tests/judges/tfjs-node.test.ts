import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { checkout } from "../../kernel-lib/src/lab/places.js";
import type { FitFacts } from "../../kernel-lib/src/lineage/cell-trace.js";
import { readLog } from "../../kernel-lib/src/lineage/index.js";

// Set up once by the command itself; kept with the environments of the other judges.
const tools = join(checkout.build, "tools");
const env = { ...process.env, TAGLINE_TOOLS: tools };
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "tfjs-node-"));
  mkdirSync(join(folder, ".tagline"));
  tagline("setup", "tfjs-node");
}, 600_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function tagline(...args: readonly string[]): string {
  const command = [join(checkout.kernelLib, "bin", "tagline.js"), ...args];
  return execFileSync(process.execPath, command, {
    cwd: folder,
    env,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** The same small network and pictures for any TensorFlow.js. */
const network = `const pictures = tf.randomNormal([96, 12, 12, 1], 0, 1, "float32", 1);
const labels = tf.oneHot(tf.tensor1d(Array.from({ length: 96 }, (_, index) => index % 3), "int32"), 3);
const net = tf.sequential();
net.add(tf.layers.conv2d({ inputShape: [12, 12, 1], filters: 4, kernelSize: 3, activation: "relu", kernelInitializer: tf.initializers.glorotUniform({ seed: 1 }) }));
net.add(tf.layers.maxPooling2d({ poolSize: 2 }));
net.add(tf.layers.flatten());
net.add(tf.layers.dense({ units: 3, activation: "softmax", kernelInitializer: tf.initializers.glorotUniform({ seed: 2 }) }));
net.compile({ optimizer: tf.train.adam(0.01), loss: "categoricalCrossentropy" });
const history = await net.fit(pictures, labels, { epochs: 2, shuffle: false, verbose: 0 });
metric("loss", Number(history.history["loss"]?.at(-1)));
metric("outputs", (net.predict(pictures) as tf.Tensor).shape[1] ?? 0);`;

function write(name: string, from: string): string {
  const cell = (id: string, tag: string, source: string) => ({
    cell_type: "code",
    id,
    metadata: { tags: [tag] },
    source,
    outputs: [],
    execution_count: null,
  });
  const notebook = {
    cells: [
      cell("imports", "setup", `import * as tf from "${from}";\nimport { metric } from "tagline";`),
      cell("train", "step:train", network),
    ],
    metadata: { kernelspec: { name: "tagline", display_name: "TypeScript", language: "typescript" } },
    nbformat: 4,
    nbformat_minor: 5,
  };
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(notebook));
  return path;
}

interface TracedCell {
  readonly metrics: readonly { readonly name: string; readonly value: number }[];
  readonly error: unknown;
}

function losses(trace: readonly TracedCell[]): number[] {
  expect(trace.map(({ error }) => error)).toEqual([null, null]);
  return trace.flatMap(({ metrics }) => metrics.filter(({ name }) => name === "loss").map(({ value }) => value));
}

function fits(): FitFacts[] {
  return readLog(folder).events.flatMap(({ event }) =>
    event.kind === "step.finished" ? event.cells.flatMap((trace) => trace.fits) : [],
  );
}

test("setup tfjs-node does nothing where it works already", () => {
  const { isNew, linked } = JSON.parse(tagline("setup", "tfjs-node", "--json"));
  expect({ isNew, linked }).toEqual({ isNew: false, linked: null });
});

test("a convolution trains on tfjs-node in a cell, a step and an export: the same loss, and that of plain JavaScript", () => {
  const native = write("native.ipynb", "@tensorflow/tfjs-node");
  const plain = write("plain.ipynb", "@tensorflow/tfjs");
  // Types included: an error would be among its diagnostics.
  const { diagnostics } = JSON.parse(tagline("check", native, "--json"));
  expect(diagnostics).toEqual([]);
  const [inCell = Number.NaN] = losses(JSON.parse(tagline("trace", native, "--json")));
  const [inJavaScript = Number.NaN] = losses(JSON.parse(tagline("trace", plain, "--json")));
  // The same arithmetic in another order, in 32 bits.
  expect(Math.abs(inCell - inJavaScript)).toBeLessThan(1e-4);

  const run = JSON.parse(tagline("run", native, "--json"));
  expect(run.metrics).toEqual({ loss: inCell, outputs: 3 });
  expect(fits().map(({ backend, epochs, layers, parameters }) => ({ backend, epochs, layers, parameters }))).toEqual([
    {
      backend: "tensorflow",
      epochs: 2,
      parameters: 343,
      layers: [
        "Conv2D [null,10,10,4], 40 parameters",
        "MaxPooling2D [null,5,5,4], 0 parameters",
        "Flatten [null,100], 0 parameters",
        "Dense [null,3], 303 parameters",
      ],
    },
  ]);

  const out = join(folder, "exported");
  tagline("export", native, "--to", "node", "--out", out);
  execFileSync("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: out, stdio: "ignore" });
  tagline("setup", "tfjs-node", "--into", out);
  expect(existsSync(join(out, "node_modules", "@tensorflow", "tfjs-node", "deps", "lib"))).toBe(true);
  const printed = execFileSync("npm", ["start"], { cwd: out, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  expect(printed).toContain(`loss ${inCell.toPrecision(6)}`);
}, 600_000);

test("its files are as the versions say", () => {
  const home = join(tools, "tfjs-node-4.22.0", "node_modules", "@tensorflow");
  const versions = ["tfjs-node", "tfjs"].map(
    (name) => JSON.parse(readFileSync(join(home, name, "package.json"), "utf8")).version,
  );
  expect(versions).toEqual(["4.22.0", "4.22.0"]);
});
