import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { checkout } from "../../kernel-lib/src/lab/places.js";
import { type CommandResult, runCommand } from "../../kernel-lib/src/lab/run-command.js";
import { sideVenv } from "../tools/side-venv.js";

/* The clients that people run notebooks with, besides JupyterLab: each drives the kernel, and stops at a failing cell. */
const folder = mkdtempSync(join(tmpdir(), "tagline-clients-"));
let bin = "";
let env: NodeJS.ProcessEnv = {};

type Cell = readonly [source: string, tag?: string];
const GOOD: readonly Cell[] = [
  ['import { metric, param } from "tagline";\nconst units = param("units", 16, { min: 1 });', "parameters"],
  ["const doubled = units * 2;\nmetric('doubled', doubled);\ndoubled"],
];
const BAD: readonly Cell[] = [
  ...GOOD,
  ["const rows: number[][] = [];\n\nrows[5].length"],
  ["console.log('never reached')"],
];

function notebook(name: string, cells: readonly Cell[]): void {
  const language = { name: "typescript" };
  writeFileSync(
    join(folder, name),
    JSON.stringify({
      nbformat: 4,
      nbformat_minor: 5,
      metadata: { kernelspec: { name: "tagline", display_name: "TypeScript (Tagline)" }, language_info: language },
      cells: cells.map(([source, tag], index) => ({
        cell_type: "code",
        id: `c${index}`,
        metadata: tag === undefined ? {} : { tags: [tag] },
        source,
        outputs: [],
        execution_count: null,
      })),
    }),
  );
}

const run = (program: string, ...args: readonly string[]): Promise<CommandResult> =>
  runCommand(join(bin, program), args, { cwd: folder, env });

beforeAll(async () => {
  bin = await sideVenv("judges-venv", "tests/judges/requirements.txt");
  // What `npm start` put into its own environment, beside the clients' one: the package and its entry points.
  const [python = ""] = readdirSync(join(checkout.venv, "lib"));
  const packages = join(checkout.venv, "lib", python, "site-packages");
  const site = join(folder, "site");
  mkdirSync(site);
  for (const name of readdirSync(packages).filter((one) => one.startsWith("tagline_jupyter")))
    cpSync(join(packages, name), join(site, name), { recursive: true });
  env = {
    ...process.env,
    TAGLINE_PROJECT: folder,
    PYTHONPATH: site,
    JUPYTER_PATH: join(checkout.venv, "share", "jupyter"),
  };
  notebook("good.ipynb", GOOD);
  notebook("bad.ipynb", BAD);
});
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 8 }));

test("papermill runs a notebook, and a parameter that it is given is the run's, once", async () => {
  const { code, output } = await run(
    "papermill",
    "good.ipynb",
    "out.ipynb",
    "-p",
    "units",
    "32",
    "-p",
    "title",
    'a "b"',
  );
  expect(code, output).toBe(0);
  const { cells } = JSON.parse(readFileSync(join(folder, "out.ipynb"), "utf8"));
  expect(cells.at(-1).outputs[0].data["text/plain"].join("")).toBe("64");
  const listed = await runCommand(
    process.execPath,
    [join(checkout.root, "kernel-lib/bin/tagline.js"), "runs", "--json"],
    { cwd: folder, env },
  );
  const { runs } = JSON.parse(listed.output);
  expect(runs).toHaveLength(1);
  expect(runs[0]).toMatchObject({ params: { units: 32, title: 'a "b"' }, metrics: { doubled: 64 } });
});

test("papermill stops at a failing cell, with its error, line and place", async () => {
  const { code, output } = await run("papermill", "bad.ipynb", "bad-out.ipynb");
  expect(code).not.toBe(0);
  expect(output).toMatch(
    /PapermillExecutionError[\s\S]*"In \[3\]"[\s\S]*TypeError: Cannot read properties of undefined \(reading 'length'\)[\s\S]*cell \[3\]:3:9/,
  );
  expect(output).not.toContain("never reached");
});

test("nbclient stops at a failing cell with a CellExecutionError of its name and message", async () => {
  const script = `
import nbformat, sys
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
try:
    NotebookClient(nbformat.read("bad.ipynb", as_version=4), kernel_name="tagline").execute()
except CellExecutionError as error:
    print(error.ename, "|", error.evalue)
`;
  const { output } = await run("python", "-c", script);
  expect(output).toContain("TypeError | Cannot read properties of undefined (reading 'length')");
});

test("jupyter console shows results and errors line by line", async () => {
  const child = spawn(join(bin, "jupyter"), ["console", "--kernel", "tagline", "--simple-prompt"], {
    cwd: folder,
    env,
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => (output += text));
  child.stdin.end("const six = 6;\nsix * 7\nthrow new RangeError('too far')\nsix + 1\n");
  await new Promise((resolve) => child.once("close", resolve));
  const plain = stripVTControlCharacters(output);
  expect(plain).toMatch(
    /Out\[2\]: 42[\s\S]*RangeError: too far[\s\S]*> 1 \| throw new RangeError\('too far'\)[\s\S]*Out\[4\]: 7/,
  );
});
