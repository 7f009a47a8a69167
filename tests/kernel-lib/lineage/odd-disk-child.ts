import { execFileSync } from "node:child_process";
import { mkdirSync, unlinkSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { listRuns, openLog, readLog, verifyLog } from "../../../kernel-lib/src/lineage/index.js";
import { SessionLog } from "../../../kernel-lib/src/lineage/session-log.js";
import { runStarted, trace } from "./events-support.js";

// Run as a process of its own, where it may mount: `odd-disk-child.ts full|read-only|file-limit FOLDER`. It notes cells until
// tracking pauses, ends the trouble, goes on, and prints what the person was told and what the log holds.
const [mode = "", folder = ""] = process.argv.slice(2);
const project = join(folder, "project");
const filler = join(project, "filler");
mkdirSync(project);

const mount = (...args: readonly string[]): void => void execFileSync("mount", [...args], { stdio: "inherit" });
const limit = (bytes: string): void =>
  void execFileSync("prlimit", ["--pid", String(process.pid), `--fsize=${bytes}:unlimited`]);

/** Some writes fill a disk to its last byte; the rest of a page is left over by bigger ones. */
function fill(): void {
  for (let bytes = 65_536; bytes >= 1; bytes = Math.floor(bytes / 2)) {
    try {
      for (;;) writeFileSync(filler, Buffer.alloc(bytes), { flag: "a" });
    } catch {
      // Smaller ones may still fit.
    }
  }
}

const begin: Record<string, () => void> = {
  full: fill,
  "read-only": () => mount("-o", "remount,ro", project),
  "file-limit": () => limit("16384"),
};
const end: Record<string, () => void> = {
  full: () => unlinkSync(filler),
  "read-only": () => mount("-o", "remount,rw", project),
  "file-limit": () => limit("unlimited"),
};

if (mode !== "file-limit") mount("-t", "tmpfs", "-o", "size=1m", "tagline-test", project);
const { environment } = runStarted("");
const session = new SessionLog({
  open: () => openLog(project, { author: "child", host: "test" }),
  notebook: "a.ipynb",
  environment: Promise.resolve(environment),
});
let count = 0;
const told: { count: number; text: string }[] = [];
async function cell(): Promise<void> {
  count += 1;
  const text = await session.cellFinished(count, trace({ reads: ["x".repeat(900)] }));
  if (text !== null) told.push({ count, text });
}

const earlier = openLog(project, { author: "child", host: "test" });
earlier.append(runStarted("EARLIER"));
await earlier.close();
// No folder becomes read-only while somebody writes in it.
if (mode !== "read-only") for (let index = 0; index < 5; index += 1) await cell();
begin[mode]?.();
// A tail of the last page may still take some.
while (count < 65) await cell();
const paused = { read: readLog(project).events.length, intact: verifyLog(project).intact };
end[mode]?.();
for (let index = 0; index < 5; index += 1) await cell();
await session.close();

const { events, problems } = readLog(project);
const answer = {
  count,
  told,
  paused,
  counts: events.flatMap(({ event }) => (event.kind === "cell.finished" ? [event.count] : [])),
  problems,
  intact: verifyLog(project).intact,
  runs: listRuns(project).length,
};
writeSync(1, JSON.stringify(answer));
