// Step "load" of heights.ipynb.
import { readFileSync } from "node:fs";
import { cell, show } from "tagline/pipeline";

export async function load() {
  cell("cell-d4", 2619494364);
  // notebook cell 4 [cell-d4] line 1
  const heights = readFileSync("data/heights.csv", "utf8")
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => Number(line.split(",")[1]));
  show(heights.length);

  return { heights };
}

export type LoadOutputs = Awaited<ReturnType<typeof load>>;

export default load;
