import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { openLog, readLog, verifyLog } from "../../../kernel-lib/src/lineage/index.js";
import { letWrite } from "./writing-process.js";

/** So many share a folder: each round reads all that stands there. */
const ROUNDS_A_FOLDER = 10;

/**
 * Kills a writing process at moments drawn by the seed, and looks after each: everything acknowledged is there, in order and
 * once, the chains verify, the next write works.
 *
 * @returns how many events were acknowledged in all
 */
export async function killRounds(rounds: number, seed: number): Promise<number> {
  let random = seed;
  let total = 0;
  let root = "";
  try {
    for (let round = 0; round < rounds; round += 1) {
      if (round % ROUNDS_A_FOLDER === 0) {
        if (root !== "") rmSync(root, { recursive: true, force: true });
        root = mkdtempSync(join(tmpdir(), "tagline-kill-"));
      }
      // Numerical Recipes' generator, so that a round can be had again.
      random = (Math.imul(random, 1664525) + 1013904223) >>> 0;
      const killAfterMs = (random / 2 ** 32) ** 2 * 120;
      const { writer, acknowledged } = await letWrite(root, { killAfterMs });
      total += acknowledged;
      const what = `round ${round} of seed ${seed}, killed after ${killAfterMs} ms, ${acknowledged} acknowledged`;
      const own = readLog(root).events.filter(({ id }) => writer !== null && id.startsWith(`${writer}.`));
      const numbers = own.map(({ event }) => (event.kind === "run.finished" ? event.durationMs : null));
      expect(own.length, what).toBeGreaterThanOrEqual(acknowledged);
      expect(numbers, what).toEqual(own.map((_, index) => index + 1));
      const { intact, problems } = verifyLog(root);
      expect({ intact, wrong: problems.filter(({ kind }) => kind !== "torn" && kind !== "copied") }, what).toEqual({
        intact: true,
        wrong: [],
      });
      const next = openLog(root);
      next.append({ kind: "run.finished", run: `AFTER${round}`, status: "succeeded", at: "now", durationMs: 0 });
      await next.close();
      expect(readLog(root).events.at(-1)?.event, what).toMatchObject({ run: `AFTER${round}` });
    }
  } finally {
    if (root !== "") rmSync(root, { recursive: true, force: true });
  }
  return total;
}
