// A process of its own: writes small segments, prints the id of each event once it is acknowledged, and compacts the log again and again.
//   node compacting-process.mjs ROOT
import { compactLog } from "../../../kernel-lib/dist/lineage/compact-log.js";
import { openLog } from "../../../kernel-lib/dist/lineage/index.js";

const [root = ""] = process.argv.slice(2);
for (;;) {
  for (let segment = 0; segment < 3; segment += 1) {
    const log = openLog(root, { author: "child", host: "test" });
    for (let number = 1; number <= 2; number += 1) {
      const [id] = log.append({
        kind: "run.finished",
        run: log.writer,
        status: "succeeded",
        at: "x".repeat((number * 7919) % 3000),
        durationMs: number,
      });
      log.commitSync();
      process.stdout.write(`${id}\n`);
    }
    log.closeSync();
  }
  compactLog(root);
}
