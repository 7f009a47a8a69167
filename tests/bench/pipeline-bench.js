import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkout } from "../../kernel-lib/src/lab/places.js";
import { runCommand } from "../../kernel-lib/src/lab/run-command.js";
import { sideVenv } from "../tools/side-venv.js";
import { measurePairs } from "./support/measure-pairs.js";
import { toRow } from "./support/row.js";

const tagline = join(checkout.nodeModules, ".bin", "tagline");

/** The same four steps for everyone: a list, its squares, their sum, a line of text. */
const typescript = [
  ["step:load", "const rows = Array.from({ length: 100 }, (_, i) => i);"],
  ["step:square", "const squares = rows.map((row) => row * row);"],
  ["step:sum", "const sum = squares.reduce((a, b) => a + b, 0);"],
  ["step:tell", 'const line = "sum " + sum;\nconsole.log(line);'],
];
const python = [
  "rows = list(range(100))",
  "squares = [row * row for row in rows]",
  "total = sum(squares)",
  "line = f'sum {total}'\nprint(line)",
];
const bareNode = [
  "write(Array.from({ length: 100 }, (_, i) => i))",
  "write(read().map((row) => row * row))",
  "write(read().reduce((a, b) => a + b, 0))",
  'console.log("sum " + read())',
];

/** @type {import("./support/row.js").Bench} */
export async function bench({ tell, pairs = 7 }) {
  const papermill = join(await sideVenv("bench-venv", "tests/bench/requirements.txt"), "papermill");
  const folder = mkdtempSync(join(tmpdir(), "tagline-bench-pipeline-"));
  try {
    let made = 0;
    const newFolder = () => {
      made += 1;
      const path = join(folder, String(made));
      mkdirSync(path);
      return path;
    };
    const cold = async () => {
      const own = newFolder();
      writeTypescript(own);
      return timed(tagline, ["run", "four.ipynb", "--json"], own, (output) => statusesOf(output, "done"));
    };
    const warm = newFolder();
    writeTypescript(warm);
    await timed(tagline, ["run", "four.ipynb", "--json"], warm, (output) => statusesOf(output, "done"));
    const cached = () =>
      timed(tagline, ["run", "four.ipynb", "--json"], warm, (output) => statusesOf(output, "cached"));
    const scripts = newFolder();
    writeScripts(scripts);
    const bare = async () => {
      let seconds = 0;
      for (const index of bareNode.keys())
        seconds += await timed(process.execPath, [`step${index}.mjs`], scripts, () => true);
      return seconds;
    };
    const notebook = newFolder();
    writePython(notebook);
    const mill = () => timed(papermill, ["four.ipynb", "out.ipynb", "--no-progress-bar"], notebook, () => true);

    /** @type {readonly (readonly [string, () => Promise<number>, string, () => Promise<number>, number | undefined])[]} */
    const plan = [
      ["4 trivial steps, never run before", cold, "bare node x 4", bare, undefined],
      ["4 trivial steps, never run before", cold, "papermill, 4 cells", mill, 1],
      ["4 trivial steps, all cached", cached, "bare node x 4", bare, undefined],
      ["4 trivial steps, all cached", cached, "papermill, 4 cells", mill, 1],
    ];
    const rows = [];
    for (const [metric, ours, peerName, peer, atMost] of plan) {
      tell(`${metric}, beside ${peerName}, ${pairs} pairs`);
      const measured = await measurePairs(pairs, ours, peer);
      rows.push(toRow({ metric, peerName, unit: "s", ...(atMost === undefined ? {} : { atMost }) }, measured));
    }
    return rows;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Seconds that a whole process takes.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {string} cwd
 * @param {(output: string) => boolean} isRight
 */
async function timed(command, args, cwd, isRight) {
  const { PYTHONDONTWRITEBYTECODE: _off, ...env } = process.env;
  const began = performance.now();
  const { code, output } = await runCommand(command, args, { cwd, env });
  const seconds = (performance.now() - began) / 1000;
  if (code !== 0 || !isRight(output))
    throw new Error(`Cannot measure ${command} ${args.join(" ")}: ${output.slice(-500)}`);
  return seconds;
}

/**
 * A bench of a run that did something else than it should would be a lie.
 *
 * @param {string} output
 * @param {string} wanted
 */
function statusesOf(output, wanted) {
  const document = JSON.parse(output.slice(output.indexOf("\n{") + 1));
  return (
    document.steps.length === 4 &&
    document.steps.every((/** @type {{ status: string }} */ step) => step.status === wanted)
  );
}

/** @param {string} folder */
function writeTypescript(folder) {
  const cells = typescript.map(([tag = "", source = ""], index) => codeCell(`cell-${index}`, source, [tag]));
  const kernelspec = { name: "tagline", display_name: "TypeScript (Tagline)", language: "typescript" };
  writeNotebook(folder, cells, { kernelspec, language_info: { name: "typescript" } });
}

/** @param {string} folder */
function writePython(folder) {
  const cells = python.map((source, index) => codeCell(`cell-${index}`, source, []));
  writeNotebook(folder, cells, {
    kernelspec: { name: "python3", display_name: "Python 3", language: "python" },
    language_info: { name: "python" },
  });
}

/** @param {string} folder */
function writeScripts(folder) {
  const head =
    'import { readFileSync, writeFileSync } from "node:fs";\nconst read = () => JSON.parse(readFileSync("value.json", "utf8"));\nconst write = (value) => writeFileSync("value.json", JSON.stringify(value));\n';
  for (const [index, line] of bareNode.entries()) writeFileSync(join(folder, `step${index}.mjs`), `${head}${line};\n`);
}

/**
 * @param {string} id
 * @param {string} source
 * @param {string[]} tags
 */
function codeCell(id, source, tags) {
  return { cell_type: "code", id, source, metadata: { tags }, outputs: [], execution_count: null };
}

/**
 * @param {string} folder
 * @param {unknown[]} cells
 * @param {unknown} metadata
 */
function writeNotebook(folder, cells, metadata) {
  writeFileSync(join(folder, "four.ipynb"), JSON.stringify({ cells, metadata, nbformat: 4, nbformat_minor: 5 }));
}
