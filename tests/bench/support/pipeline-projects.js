import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * The same pipeline for everyone: what each step does to the values of the steps before it.
 *
 * @typedef {object} BenchStep
 * @property {string} name of the step, and of the value that it makes
 * @property {readonly string[]} needs
 * @property {string} typescript its value as an expression over the names that it needs
 * @property {string} python the same
 */

/** A list, its squares, their sum, a line of text. @type {readonly BenchStep[]} */
export const four = [
  { name: "rows", needs: [], typescript: "Array.from({ length: 100 }, (_, i) => i)", python: "list(range(100))" },
  {
    name: "squares",
    needs: ["rows"],
    typescript: "rows.map((row) => row * row)",
    python: "[row * row for row in rows]",
  },
  { name: "total", needs: ["squares"], typescript: "squares.reduce((a, b) => a + b, 0)", python: "sum(squares)" },
  { name: "line", needs: ["total"], typescript: '"sum " + total', python: "f'sum {total}'" },
];

/** @param {number} count @returns {readonly BenchStep[]} each adds one to the one before */
export function chain(count) {
  return Array.from({ length: count }, (_, i) => ({
    name: `v${i}`,
    needs: i === 0 ? [] : [`v${i - 1}`],
    typescript: i === 0 ? "1" : `v${i - 1} + 1`,
    python: i === 0 ? "1" : `v${i - 1} + 1`,
  }));
}

/** @param {number} count @returns {readonly BenchStep[]} one, `count` that need it, and one that needs those */
export function fanOut(count) {
  const middle = Array.from({ length: count }, (_, i) => `x${i}`);
  const sum = middle.join(" + ");
  return [
    { name: "rows", needs: [], typescript: "Array.from({ length: 100 }, (_, i) => i)", python: "list(range(100))" },
    ...middle.map((name, i) => ({
      name,
      needs: ["rows"],
      typescript: `rows.length + ${i}`,
      python: `len(rows) + ${i}`,
    })),
    { name: "total", needs: middle, typescript: sum, python: sum },
  ];
}

/**
 * A notebook with a cell for each step.
 *
 * @param {readonly BenchStep[]} steps
 */
export function typescriptNotebook(steps) {
  const kernelspec = { name: "tagline", display_name: "TypeScript (Tagline)", language: "typescript" };
  return notebook(
    steps.map(({ name, typescript }) => codeCell(`cell-${name}`, `const ${name} = ${typescript};`, [`step:${name}`])),
    { kernelspec, language_info: { name: "typescript" } },
  );
}

/** @param {readonly BenchStep[]} steps */
export function pythonNotebook(steps) {
  return notebook(
    steps.map(({ name, python }) => codeCell(`cell-${name}`, `${name} = ${python}`, [])),
    {
      kernelspec: { name: "python3", display_name: "Python 3", language: "python" },
      language_info: { name: "python" },
    },
  );
}

/**
 * A file of JavaScript for each step, with its value in a file of JSON; and what DVC calls a pipeline of them.
 *
 * @param {string} folder
 * @param {readonly BenchStep[]} steps
 */
export function writeScripts(folder, steps) {
  mkdirSync(folder, { recursive: true });
  for (const { name, needs, typescript } of steps) {
    const read = needs.map((need) => `const ${need} = JSON.parse(readFileSync("${need}.json", "utf8"));\n`).join("");
    const text = `import { readFileSync, writeFileSync } from "node:fs";\n${read}writeFileSync("${name}.json", JSON.stringify(${typescript}));\n`;
    writeFileSync(join(folder, `${name}.mjs`), text);
  }
  const stages = steps.map(({ name, needs }) => {
    const deps = [`${name}.mjs`, ...needs.map((need) => `${need}.json`)];
    return `  ${name}:\n    cmd: node ${name}.mjs\n    deps:\n${deps.map((dep) => `    - ${dep}\n`).join("")}    outs:\n    - ${name}.json\n`;
  });
  writeFileSync(join(folder, "dvc.yaml"), `stages:\n${stages.join("")}`);
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
 * @param {unknown[]} cells
 * @param {unknown} metadata
 */
function notebook(cells, metadata) {
  return JSON.stringify({ cells, metadata, nbformat: 4, nbformat_minor: 5 });
}
