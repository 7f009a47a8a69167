import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { checkout } from "../../kernel-lib/src/lab/places.js";
import { runCommand } from "../../kernel-lib/src/lab/run-command.js";
import { sideVenv } from "../tools/side-venv.js";
import { measurePairs } from "./support/measure-pairs.js";
import { chain, fanOut, four, pythonNotebook, typescriptNotebook, writeScripts } from "./support/pipeline-projects.js";
import { toRow } from "./support/row.js";
import { timeProcess } from "./support/time-process.js";

const tagline = join(checkout.nodeModules, ".bin", "tagline");
const compileTimer = fileURLToPath(new URL("./support/time-compile.js", import.meta.url));

/** Goals in seconds of the wall: a whole process, and a compiler that is up. */
const CACHED_S = 0.15;
const COMPILED_S = 0.3;

/** Steps of the two chains between which a step's own cost lies. */
const SHORT = 4;
const LONG = 20;

/** @typedef {import("./support/pipeline-projects.js").BenchStep} BenchStep */

/** @type {import("./support/row.js").Bench} */
export async function bench({ tell, pairs = 7, quick = false }) {
  const papermill = join(await sideVenv("bench-venv", "tests/bench/requirements.txt"), "papermill");
  const dvc = join(await sideVenv("dvc-venv", "tests/bench/dvc-requirements.txt", { constrained: false }), "dvc");
  const folder = mkdtempSync(join(tmpdir(), "tagline-bench-pipeline-"));
  const projects = makeProjects(folder, { papermill, dvc });
  /** @type {import("./support/row.js").Row[]} */
  const rows = [];
  /**
   * @param {Parameters<typeof toRow>[0]} what
   * @param {() => Promise<number>} ours
   * @param {() => Promise<number>} peer
   */
  const row = async (what, ours, peer, count = pairs) => {
    tell(`${what.metric}, beside ${what.peerName}, ${count} pairs`);
    rows.push(toRow(what, await measurePairs(count, ours, peer)));
  };
  const ahead = { unit: "s", atMost: 1 };
  try {
    const small = await projects.of(four);
    const metric = (/** @type {string} */ how) => `4 trivial steps, ${how}`;
    await row({ metric: metric("all cached"), peerName: "goal", ...ahead }, small.cached, async () => CACHED_S);
    await row(
      { metric: metric("all cached"), peerName: "papermill, 4 cells", ...ahead },
      small.cached,
      small.papermill,
    );
    await row({ metric: metric("all cached"), peerName: "dvc repro, no-op", ...ahead }, small.cached, small.dvcCached);
    await row({ metric: metric("all cached"), peerName: "bare node x 4", ...ahead }, small.cached, small.bare);
    await row(
      { metric: metric("each run again"), peerName: "papermill, 4 cells", ...ahead },
      small.again,
      small.papermill,
    );
    await row({ metric: metric("each run again"), peerName: "dvc repro -f", ...ahead }, small.again, small.dvcAgain);
    await row({ metric: metric("each run again"), peerName: "bare node x 4", unit: "s" }, small.again, small.bare);
    await row(
      { metric: metric("never seen before"), peerName: "papermill, 4 cells", unit: "s" },
      small.cold,
      small.papermill,
    );
    await row({ metric: metric("never seen before"), peerName: "dvc repro", unit: "s" }, small.cold, small.dvcCold);
    await row({ metric: metric("never seen before"), peerName: "bare node x 4", unit: "s" }, small.cold, small.bare);

    const fan = await projects.of(fanOut(20));
    const wide = { metric: "20-step fan-out, each run again", unit: "s" };
    await row({ ...wide, peerName: "bare node x 22", atMost: 1.3 }, fan.again, fan.bare);
    await row({ ...wide, peerName: "dvc repro -f", atMost: 1 }, fan.again, fan.dvcAgain);
    await row(
      { metric: "20-step fan-out, all cached", peerName: "dvc repro, no-op", ...ahead },
      fan.cached,
      fan.dvcCached,
    );

    const short = await projects.of(chain(SHORT));
    const long = await projects.of(chain(LONG));
    /** @param {"again" | "bare" | "dvcAgain"} how */
    const perStep = (how) => async () => ((await long[how]()) - (await short[how]())) / (LONG - SHORT);
    const overhead = { metric: `one step more of a chain, (${LONG} - ${SHORT}) / ${LONG - SHORT}`, unit: "s" };
    await row({ ...overhead, peerName: "bare node", atMost: 1.3 }, perStep("again"), perStep("bare"));
    await row({ ...overhead, peerName: "dvc repro -f", atMost: 1 }, perStep("again"), perStep("dvcAgain"));

    const sizes = quick ? [200] : [200, 1000];
    for (const size of sizes) {
      const { first, again } = await projects.compile(size, pairs);
      const edited = again.values();
      rows.push(
        toRow(
          {
            metric: `compile of ${size} cells, after an edit`,
            peerName: "goal for 200",
            unit: "s",
            ...(size === 200 ? { atMost: 1 } : {}),
          },
          again.map((seconds) => [seconds, COMPILED_S]),
        ),
        toRow({ metric: `compile of ${size} cells, the first`, peerName: "after an edit", unit: "s" }, [
          [first, edited.next().value ?? Number.NaN],
        ]),
      );
    }
    for (const size of sizes) {
      tell(`${size} steps in a chain, once`);
      const large = await projects.of(chain(size));
      const growth = { peerName: `a step of ${LONG}`, unit: "s" };
      rows.push(
        toRow({ metric: `a step of ${size} in a chain, never seen before`, ...growth }, [
          [large.first / size, long.first / LONG],
        ]),
      );
      const cached = { metric: `a step of ${size} in a chain, all cached`, ...growth, atMost: 1 };
      await row(cached, each(large.cached, size), each(long.cached, LONG), Math.min(pairs, 3));
    }
    return rows;
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 8 });
  }
}

/** @param {() => Promise<number>} whole @param {number} steps */
const each = (whole, steps) => async () => (await whole()) / steps;

/**
 * Makes pipelines of the same steps for everyone, in folders of their own, and ways to run each that give seconds.
 *
 * @param {string} folder
 * @param {{ readonly papermill: string, readonly dvc: string }} programs
 */
function makeProjects(folder, { papermill, dvc }) {
  let made = 0;
  const newFolder = () => {
    made += 1;
    const path = join(folder, String(made));
    mkdirSync(path);
    return path;
  };
  /** @param {readonly BenchStep[]} steps */
  const of = async (steps) => {
    /** @param {string} own @param {readonly string[]} flags @param {string} status */
    const run = (own, flags, status) =>
      timeProcess([tagline, "run", "notebook.ipynb", "--json", ...flags], own, (output) =>
        allAre(output, status, steps),
      );
    const notebookFolder = () => {
      const own = newFolder();
      writeFileSync(join(own, "notebook.ipynb"), typescriptNotebook(steps));
      return own;
    };
    const warm = notebookFolder();
    const first = await run(warm, [], "done");

    const scripts = newFolder();
    writeScripts(scripts, steps);
    const dvcFolder = async () => {
      const own = newFolder();
      writeScripts(own, steps);
      const { code, output } = await runCommand(dvc, ["init", "--no-scm", "-q"], { cwd: own });
      if (code !== 0) throw new Error(`Cannot measure dvc: ${output.slice(-500)}`);
      return own;
    };
    /** @type {Promise<string> | undefined} */
    let repro;
    /** @param {readonly string[]} flags */
    const dvcRun =
      (...flags) =>
      async () => {
        repro ??= dvcFolder().then(async (own) => {
          await timeProcess([dvc, "repro"], own);
          return own;
        });
        return timeProcess([dvc, "repro", ...flags], await repro);
      };
    const python = newFolder();
    writeFileSync(join(python, "notebook.ipynb"), pythonNotebook(steps));
    return {
      /** Seconds of the first run of all. */
      first,
      cold: () => run(notebookFolder(), [], "done"),
      again: () => run(warm, ["--force", "all"], "done"),
      cached: () => run(warm, [], "cached"),
      bare: async () => {
        let seconds = 0;
        for (const { name } of steps) seconds += await timeProcess([process.execPath, `${name}.mjs`], scripts);
        return seconds;
      },
      papermill: () => timeProcess([papermill, "notebook.ipynb", "out.ipynb", "--no-progress-bar"], python),
      dvcCold: async () => timeProcess([dvc, "repro"], await dvcFolder()),
      dvcAgain: dvcRun("-f"),
      dvcCached: dvcRun(),
    };
  };
  /** @param {number} size @param {number} edits */
  const compile = async (size, edits) => {
    const path = join(newFolder(), "notebook.ipynb");
    writeFileSync(path, typescriptNotebook(chain(size)));
    const { code, output } = await runCommand(process.execPath, [compileTimer, path, String(edits)], {});
    if (code !== 0) throw new Error(`Cannot measure the compiler: ${output.slice(-500)}`);
    /** @type {{ first: number, again: number[] }} */
    const told = JSON.parse(output);
    return told;
  };
  return { of, compile };
}

/**
 * @param {string} output
 * @param {string} status
 * @param {readonly BenchStep[]} steps
 */
function allAre(output, status, steps) {
  const document = JSON.parse(output.slice(output.indexOf("\n{") + 1));
  return (
    document.steps.length === steps.length &&
    document.steps.every((/** @type {{ status: string }} */ step) => step.status === status)
  );
}
