import { existsSync } from "node:fs";
import { join } from "node:path";
import { runStep } from "./run-step.js";

/** A successful import proves nothing: on some versions of Node nearly every operation throws. One forward, one gradient. */
const PROBE = `
const tf = require("@tensorflow/tfjs-node");
const product = tf.matMul([[1, 2], [3, 4]], [[5, 6], [7, 8]]).dataSync();
const kernel = tf.ones([2, 2, 1, 1]);
const slope = tf.grad((k) => tf.conv2d(tf.ones([1, 3, 3, 1]), k, 1, "valid").sum())(kernel).dataSync();
process.stdout.write("\\n" + JSON.stringify({ backend: tf.getBackend(), product: [...product], slope: [...slope], binary: tf.backend().binding.TF_Version ?? null }));
`;

/** Whether `@tensorflow/tfjs-node`, as it stands below a folder, gives right answers: null if so, else what is wrong. */
export async function probeTfjsNode(folder: string): Promise<string | null> {
  if (!existsSync(join(folder, "node_modules", "@tensorflow", "tfjs-node", "package.json"))) return "it is not there";
  try {
    const text = await runStep(process.execPath, ["-e", PROBE], { cwd: folder });
    const { backend, product, slope } = JSON.parse(text.slice(text.lastIndexOf("\n") + 1));
    const answer = JSON.stringify({ backend, product, slope });
    const right = JSON.stringify({ backend: "tensorflow", product: [19, 22, 43, 50], slope: [4, 4, 4, 4] });
    return answer === right ? null : `it computes ${answer} instead of ${right}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
