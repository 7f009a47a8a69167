import { createRequire } from "node:module";
import type * as Tf from "@tensorflow/tfjs";
import { expect, test } from "vitest";
import { beginCell } from "../../../../kernel-lib/src/track/recorder.js";
import { chooseBackend, type TrainingWork } from "../../../../kernel-lib/src/track/tfjs/choose-backend.js";
import { watchTfjs } from "../../../../kernel-lib/src/track/watch-tfjs.js";

const dense: TrainingWork = { batchFlops: 7e5, flops: 1e9, layers: ["Dense", "Dense"], hasKnownLoss: true };

test.each([
  ["a small training", { ...dense, flops: 1e7 }, true, "cpu"],
  ["dense layers", dense, true, "wasm"],
  ["dense layers in large batches", { ...dense, batchFlops: 1e8 }, true, "tensorflow"],
  ["dense layers in large batches, without tfjs-node", { ...dense, batchFlops: 1e8 }, false, "wasm"],
  ["a convolution", { ...dense, layers: ["Conv2D", "Dense"] }, true, "tensorflow"],
  ["a convolution, without tfjs-node", { ...dense, layers: ["Conv2D", "Dense"] }, false, "cpu"],
  ["a loss of the person's own", { ...dense, hasKnownLoss: false }, true, "cpu"],
])("chooseBackend() for %s", (_name, work, hasNative, backend) => {
  expect(chooseBackend(work, hasNative).backend).toBe(backend);
});

test("fit runs on WebAssembly where that pays, and tfjs is on its own backend again afterwards", async () => {
  watchTfjs();
  const tf: typeof Tf = createRequire(import.meta.url)("@tensorflow/tfjs");
  const trainOn = async (rows: number): Promise<readonly [string | null | undefined, string]> => {
    const recorder = beginCell({ cellId: null, sourceHash: "", canonicalHash: "", seed: 1 });
    await recorder.run(async () => {
      const net = tf.sequential({
        layers: [tf.layers.dense({ inputShape: [64], units: 512 }), tf.layers.dense({ units: 1 })],
      });
      net.compile({ optimizer: "sgd", loss: "meanSquaredError" });
      await net.fit(tf.ones([rows, 64]), tf.ones([rows, 1]), { batchSize: 64, verbose: 0 });
    });
    return [(await recorder.finish(null)).fits[0]?.backend, tf.getBackend()];
  };
  expect(await trainOn(8)).toEqual(["cpu", "cpu"]);
  process.env["TAGLINE_TFJS_BACKEND"] = "wasm";
  expect(await trainOn(8)).toEqual(["wasm", "cpu"]);
  delete process.env["TAGLINE_TFJS_BACKEND"];
  // What the person chose stays.
  await tf.setBackend("cpu");
  process.env["TAGLINE_TFJS_BACKEND"] = "wasm";
  expect(await trainOn(8)).toEqual(["cpu", "cpu"]);
});
