// A process of its own: appends events, commits each one alone and prints its number once that was acknowledged.
//   node writing-process.mjs ROOT [HOW MANY; else without end]
import { openLog } from "../../../kernel-lib/dist/lineage/index.js";

const [root = "", count] = process.argv.slice(2);
const last = count === undefined ? Number.POSITIVE_INFINITY : Number(count);
const log = openLog(root, { author: "child", host: "test" });
process.stdout.write(`${log.writer}\n`);
for (let number = 1; number <= last; number += 1) {
  log.append({
    kind: "run.finished",
    run: log.writer,
    status: "succeeded",
    at: "x".repeat((number * 7919) % 3000),
    durationMs: number,
  });
  // A cell's reply waits for the one, an exit handler for the other.
  if (number % 3 === 0) log.commitSync();
  else await log.commit();
  process.stdout.write(`${number}\n`);
}
await log.close();
