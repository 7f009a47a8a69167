// Step "count" of words.ipynb.
import fs from "node:fs";
import { cell } from "tagline/pipeline";

export async function count() {
  cell("cell-b2", 2258884547);
  // notebook cell 2 [cell-b2] line 1
  const counts = new Map<string, number>();
  for (const word of fs.readFileSync("../texts/verse.txt", "utf8").toLowerCase().match(/[a-z]+/g) ?? []) {
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const seen = { at: new Date(Date.UTC(2026, 0, 2)), letters: new Set([...counts.keys()].map((word) => word[0])) };

  return { counts, seen };
}

export type CountOutputs = Awaited<ReturnType<typeof count>>;

export default count;
