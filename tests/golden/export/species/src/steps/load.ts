// Step "load" of species.ipynb.
import { readFileSync } from "node:fs";
import { cell } from "tagline/pipeline";
import type { Bird } from "../shared.js";

export async function load() {
  cell("load", 417082405);
  // notebook cell 4 [load] line 1
  const birds: (Bird & { Species: string })[] = JSON.parse(readFileSync("birds.json", "utf8"));

  return { birds };
}

export type LoadOutputs = Awaited<ReturnType<typeof load>>;

export default load;
