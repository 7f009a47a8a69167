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
 * @param {string} python one with jupyter_client and psutil
 */
export function openKernels(folder, python) {
  const child = spawn(python, [driver], {
    cwd: folder,
    // Timings of Python without its byte code cache would not be what people have.
    env: { ...pythonEnv(), PYTHONDONTWRITEBYTECODE: undefined },
    stdio: ["pipe", "pipe", "ignore"],
  });
  const replies = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  /**
   * @param {Record<string, unknown>} request
   * @returns {Promise<{ seconds: number, bytes: number }>}
   */
  const ask = async (request) => {
    child.stdin.write(`${JSON.stringify(request)}\n`);
    const { value, done } = await replies.next();
    if (done) throw new Error(`Cannot measure ${request["name"]}: the driver of the kernels ended`);
    const reply = JSON.parse(value);
    if (reply.error) throw new Error(`Cannot measure ${request["name"]}: ${reply.error}`);
    return reply;
  };
  return {
    /** @param {string} name @param {readonly string[]} argv @param {Record<string, string>} env added to this process's own */
    start: async (name, argv, env = {}) => (await ask({ op: "start", name, argv, env })).seconds,
    /** @param {string} name @param {string} code */
    execute: async (name, code) => (await ask({ op: "execute", name, code })).seconds,
    /** Bytes. @param {string} name */
    memory: async (name) => (await ask({ op: "memory", name })).bytes,
    /** @param {string} name */
    stop: (name) => ask({ op: "stop", name }),
    close: () => child.stdin.end(),
  };
}
