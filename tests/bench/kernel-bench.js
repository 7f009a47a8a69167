import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkout } from "../../kernel-lib/src/lab/places.js";
import { runCommand } from "../../kernel-lib/src/lab/run-command.js";
import { openKernels } from "./support/kernels.js";
import { measurePairs } from "./support/measure-pairs.js";
import { toRow } from "./support/row.js";

const file = "{connection_file}";
const kernels = {
  tagline: [process.execPath, join(checkout.kernelLib, "dist", "kernel", "main.js"), file],
  ipykernel: [checkout.python, "-m", "ipykernel_launcher", "-f", file],
  tslab: [process.execPath, join(checkout.nodeModules, "tslab", "bin", "tslab"), "kernel", `--config-path=${file}`],
};
const peers = /** @type {const} */ (["tslab", "ipykernel"]);
const steps = 1e8;

/** @type {import("./support/row.js").Bench} */
export async function bench({ tell, pairs = 40 }) {
  const folder = mkdtempSync(join(tmpdir(), "tagline-bench-kernel-"));
  const open = openKernels(folder);
  try {
    const rows = [];
    const starts = Math.min(pairs, 5);
    for (const peer of peers) {
      tell(`start beside ${peer}, ${starts} pairs`);
      /** @param {"tagline" | "tslab" | "ipykernel"} name */
      const startOnce = async (name) => {
        const seconds = await open.start(name, kernels[name]);
        await open.stop(name);
        return seconds;
      };
      const measured = await measurePairs(
        starts,
        () => startOnce("tagline"),
        () => startOnce(peer),
      );
      rows.push(toRow({ metric: "start to first result", peerName: peer, unit: "s" }, measured));
    }
    await open.start("tagline", kernels.tagline);
    for (const peer of peers) {
      await open.start(peer, kernels[peer]);
      tell(`round trip beside ${peer}, ${pairs} pairs`);
      /** @param {string} name */
      const cell = (name) => async (/** @type {number} */ index) => 1000 * (await open.execute(name, `${index} + 1`));
      await measurePairs(5, cell("tagline"), cell(peer));
      const measured = await measurePairs(pairs, cell("tagline"), cell(peer));
      const atMost = peer === "tslab" ? 0.5 : 1.3;
      rows.push(toRow({ metric: "round trip of a trivial cell", peerName: peer, unit: "ms", atMost }, measured));
      await open.stop(peer);
    }
    const loops = Math.min(pairs, 7);
    tell(`a loop of ${steps} steps beside bare Node, ${loops} pairs`);
    await open.execute("tagline", "let total = 0;");
    const loop = `for (let i = 0; i < ${steps}; i++) total += i % 7;`;
    const measured = await measurePairs(
      loops,
      () => open.execute("tagline", loop),
      () => bareLoop(`let total = 0; ${loop}`),
    );
    rows.push(
      toRow(
        {
          metric: "loop of 1e8 steps over a variable of an earlier cell",
          peerName: "bare Node",
          unit: "s",
          atMost: 1.5,
        },
        measured,
      ),
    );
    await open.stop("tagline");
    return rows;
  } finally {
    open.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Seconds that the loop takes in a function of a process of its own.
 *
 * @param {string} code
 */
async function bareLoop(code) {
  const script = `const f = () => { ${code} return total; }; const began = performance.now(); f(); console.log((performance.now() - began) / 1000);`;
  const { output } = await runCommand(process.execPath, ["-e", script]);
  return Number(output);
}
