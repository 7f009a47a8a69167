import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { checkout } from "../../../kernel-lib/src/lab/places.js";
import { pythonEnv } from "../../../kernel-lib/src/lab/python-env.js";

const driver = join(checkout.root, "tests", "bench", "support", "kernel_driver.py");

/**
 * Kernels driven by Jupyter's own client, all by the same process. Times in seconds.
 *
 * @param {string} folder where the kernels run
 */
export function openKernels(folder) {
  const child = spawn(checkout.python, [driver], {
    cwd: folder,
    // Timings of Python without its byte code cache would not be what people have.
    env: { ...pythonEnv(), PYTHONDONTWRITEBYTECODE: undefined },
    stdio: ["pipe", "pipe", "ignore"],
  });
  const replies = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  /**
   * @param {Record<string, unknown>} request
   * @returns {Promise<number>}
   */
  const ask = async (request) => {
    child.stdin.write(`${JSON.stringify(request)}\n`);
    const { value, done } = await replies.next();
    if (done) throw new Error(`Cannot measure ${request["name"]}: the driver of the kernels ended`);
    const reply = JSON.parse(value);
    if (reply.error) throw new Error(`Cannot measure ${request["name"]}: ${reply.error}`);
    return reply.seconds;
  };
  return {
    /** @param {string} name @param {readonly string[]} argv */
    start: (name, argv) => ask({ op: "start", name, argv }),
    /** @param {string} name @param {string} code */
    execute: (name, code) => ask({ op: "execute", name, code }),
    /** @param {string} name */
    stop: (name) => ask({ op: "stop", name }),
    close: () => child.stdin.end(),
  };
}
