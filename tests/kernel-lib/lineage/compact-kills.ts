import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import { compactLog } from "../../../kernel-lib/src/lineage/compact-log.js";
import { LogTail, projectFiles, readLog, verifyLog } from "../../../kernel-lib/src/lineage/index.js";

/** So many share a folder: each round reads all that stands there. */
const ROUNDS_A_FOLDER = 10;

/**
 * Kills a process that writes and compacts, at moments drawn by the seed, and looks after each: everything acknowledged is there
 * once, the chains verify, the next compaction works. A reader that looks all the while sees everything once, too.
 *
 * @returns how many events were acknowledged in all
 */
export async function compactKills(rounds: number, seed: number): Promise<number> {
  let random = seed;
  let total = 0;
  let root = "";
  let tail: LogTail | null = null;
  let seen: string[] = [];
  let acknowledged: string[] = [];
  const script = fileURLToPath(new URL("compacting-process.mjs", import.meta.url));
  try {
    for (let round = 0; round < rounds; round += 1) {
      if (round % ROUNDS_A_FOLDER === 0) {
        if (root !== "") rmSync(root, { recursive: true, force: true });
        root = mkdtempSync(join(tmpdir(), "tagline-compact-"));
        [tail, seen, acknowledged] = [new LogTail(root), [], []];
      }
      const reader = tail;
      const look = (): void => {
        if (reader?.isStale()) throw new Error("Cannot go on reading: the log is said to be another one");
        reader?.refresh((events) => void seen.push(...events.map(({ id }) => id)));
      };
      // Numerical Recipes' generator, so that a round can be had again.
      random = (Math.imul(random, 1664525) + 1013904223) >>> 0;
      const killAfterMs = (random / 2 ** 32) * 400;
      const child = spawn(process.execPath, [script, root], { stdio: ["ignore", "pipe", "inherit"] });
      let text = "";
      let looked: unknown = null;
      child.stdout.on("data", (part: Buffer) => {
        // Counted from the first event that was acknowledged, on however busy a machine.
        const hasBegun = text.includes(".");
        text += part.toString();
        if (!hasBegun && text.includes(".")) setTimeout(() => child.kill("SIGKILL"), killAfterMs);
        try {
          look();
        } catch (error) {
          looked = error;
        }
      });
      await once(child, "close");
      if (looked !== null) throw looked;
      const fresh = text.split("\n").slice(0, -1);
      acknowledged.push(...fresh);
      total += fresh.length;
      const what = `round ${round} of seed ${seed}, killed after ${killAfterMs} ms`;
      const stands = readLog(root).events.map(({ id }) => id);
      expect(new Set(stands).size, what).toBe(stands.length);
      expect(
        acknowledged.filter((id) => !stands.includes(id)),
        what,
      ).toEqual([]);
      look();
      expect(seen.toSorted(), what).toEqual(stands.toSorted());
      const { intact, problems } = verifyLog(root);
      expect({ intact, wrong: problems.filter(({ kind }) => kind !== "torn" && kind !== "copied") }, what).toEqual({
        intact: true,
        wrong: [],
      });
      if (round % 3 !== 2) continue;
      const { left } = compactLog(root, { now: Date.now() + 3_600_000 });
      const files = readdirSync(projectFiles(root).lineage).filter((name) => name.includes(".jsonl"));
      expect({ left, others: files.slice(1) }, what).toEqual({ left: [], others: [] });
      expect(
        readLog(root)
          .events.map(({ id }) => id)
          .toSorted(),
        what,
      ).toEqual(stands.toSorted());
      expect(verifyLog(root), what).toMatchObject({ intact: true, problems: [] });
    }
  } finally {
    if (root !== "") rmSync(root, { recursive: true, force: true });
  }
  return total;
}
