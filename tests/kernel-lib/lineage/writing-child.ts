import { openLog } from "../../../kernel-lib/src/lineage/open-log.js";
import { cellFinished } from "./events-support.js";

// Run as a process of its own: appends without end and prints each count once its commit was acknowledged.
const log = openLog(process.argv[2] ?? "", { author: "child", host: "test" });
for (let count = 1; ; count += 1) {
  log.append(cellFinished("R", count, { sourceHash: "x".repeat((count * 7919) % 3000) }));
  await log.commit();
  process.stdout.write(`${count}\n`);
}
