// Step "top" of words.ipynb.
import { metric } from "tagline";
import { cell, show } from "tagline/pipeline";
import type { CountOutputs } from "./count.js";

export async function topStep({ counts, seen }: Pick<CountOutputs, "counts" | "seen">) {
  cell("cell-c3", 1547707813);
  // notebook cell 3 [cell-c3] line 1
  const top = [...counts.entries()].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]))[0];
  metric("top_count", top[1]);
  metric("letters", seen.letters.size);
  metric("year", seen.at.getUTCFullYear());
  show(top);

  return {};
}

export type TopOutputs = Awaited<ReturnType<typeof topStep>>;

export default topStep;
