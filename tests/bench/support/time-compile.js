// Prints seconds that the compiler takes for a notebook in one process, as JSON: the first time, and after each of some edits.
import { readFileSync } from "node:fs";
import { compileNotebook } from "../../../kernel-lib/dist/pipeline/run/compile-notebook.js";

const [path = "", edits = "5"] = process.argv.slice(2);
const text = readFileSync(path, "utf8");

/** @param {string} edited */
async function seconds(edited) {
  const began = performance.now();
  const { program } = await compileNotebook(edited, { path, name: "notebook.ipynb" });
  if (program.plan.steps.length === 0) throw new Error("Cannot measure: nothing was compiled");
  return (performance.now() - began) / 1000;
}

const first = await seconds(text);
const again = [];
// One cell in the middle, each time another value.
const cells = (text.match(/v\d+ \+ 1;/g) ?? []).length;
for (let index = 1; index <= Number(edits); index += 1)
  again.push(await seconds(text.replace(`v${cells >> 1} + 1;`, `v${cells >> 1} + 1${index};`)));
process.stdout.write(JSON.stringify({ first, again }));
