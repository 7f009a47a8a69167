import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import type { ScheduleFired } from "../../../kernel-lib/src/lineage/events.js";
import { readLog } from "../../../kernel-lib/src/lineage/read-log.js";
import { listRuns } from "../../../kernel-lib/src/lineage/runs.js";
import { stopChild } from "../../tools/stop-child.js";
import { bin, scratchFolder, tagline } from "./support.js";

// Whole processes, on a machine that may be busy with others.
vi.setConfig({ testTimeout: 240_000 });

/** A project with the notebook `tick.ipynb` of one quick step. */
function project(tag = "step:tick"): string {
  const folder = scratchFolder();
  const cell = (id: string, tags: readonly string[], source: string): object => ({
    cell_type: "code",
    id,
    metadata: { tags },
    source,
    execution_count: null,
    outputs: [],
  });
  const cells = [
    cell(
      "c1",
      ["parameters"],
      'import { metric, param } from "tagline";\nconst units = param("units", 2, { max: 9 });',
    ),
    cell("c2", [tag], 'metric("double", units * 2);'),
  ];
  writeFileSync(join(folder, "tick.ipynb"), JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 }));
  return folder;
}

/** Starts a real `tagline service`; resolves once it fires schedules. */
async function startService(folder: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, [bin, "service", "--json"], {
    cwd: folder,
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(async () => void (await stopChild(child, { signal: "SIGKILL" })));
  await new Promise<void>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", () => reject(new Error("The service ended early.")));
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      if (text.includes('"started"')) resolve();
    });
  });
  return child;
}

function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  const over = new Promise<number | null>((resolve) => child.once("exit", (code) => resolve(code)));
  child.kill(signal);
  return over;
}

function fired(folder: string): ScheduleFired[] {
  return readLog(folder).events.flatMap(({ event }) => (event.kind === "schedule.fired" ? [event] : []));
}

async function until(holds: () => boolean): Promise<void> {
  await vi.waitFor(() => expect(holds()).toBe(true), { timeout: 60_000, interval: 50 });
}

test("tagline schedule add prints the id, three moments and that no service lives; list, pause, resume and remove follow", async () => {
  const folder = project();
  const added = await tagline(
    folder,
    ...["schedule", "add", "tick.ipynb", "--cron", "0 6 * * *", "--tz", "Europe/Berlin", "-p", "units=8"],
  );
  expect(added.code).toBe(0);
  expect(added.stdout).toMatch(
    /^Scheduled tick: tick\.ipynb, "0 6 \* \* \*" in Europe\/Berlin\n( {2}\d{4}-\d\d-\d\d 06:00 \+0[12]:00\n){3}No service is running/,
  );
  const list = await tagline(folder, "schedule", "list", "--json");
  expect(JSON.parse(list.stdout)).toMatchObject({
    service: false,
    schedules: [{ schedule: { id: "tick", params: { units: "8" }, paused: false }, last: null }],
  });
  // A clone brings the catalog along, and not that somebody wants it fired there.
  const note = "tick came with the catalog and is off on this machine. Let it fire here: tagline schedule resume tick";
  expect((await tagline(folder, "schedule", "list")).stdout).not.toContain(note);
  rmSync(join(folder, ".tagline/claims"), { recursive: true });
  expect((await tagline(folder, "schedule", "list")).stdout).toContain(note);
  expect((await tagline(folder, "schedule", "pause", "tick")).stdout).toBe("Paused tick.\n");
  expect((await tagline(folder, "schedule", "list")).stdout).toMatch(/^tick .* paused$/m);
  expect((await tagline(folder, "schedule", "resume", "tick")).stdout).toBe("Resumed tick.\n");
  const run = await tagline(folder, "schedule", "run", "tick", "--json");
  expect(JSON.parse(run.stdout)).toMatchObject({ status: "succeeded", metrics: { double: 16 } });
  expect((await tagline(folder, "schedule", "remove", "tick")).stdout).toBe("Removed tick.\n");
  expect((await tagline(folder, "schedule", "list")).stdout).toContain("No schedules yet.");
});

test("tagline schedule add refuses a notebook with an error, and exits with 1", async () => {
  const folder = project("step:1!");
  const { code, stdout } = await tagline(folder, "schedule", "add", "tick.ipynb", "--cron", "0 6 * * *");
  expect(stdout).toContain("error TL004");
  expect(stdout).toContain("Not scheduled");
  expect(code).toBe(1);
  expect(existsSync(join(folder, ".tagline/catalog.json"))).toBe(false);
});

test.each([
  [["add", "tick.ipynb", "--cron", "0 6 * *"], 'Cannot read cron expression "0 6 * *": it needs five fields'],
  [["add", "tick.ipynb", "--cron", "0 25 * * *"], 'Cannot read cron expression "0 25 * * *": '],
  [["add", "tick.ipynb", "--cron", "0 0 30 2 *"], "that moment never comes"],
  [["add", "tick.ipynb", "--cron", "0 6 * * *", "--tz", "Mars/Base"], "Cannot take Mars/Base for a time zone"],
  [["add", "tick.ipynb", "--cron", "0 6 * * *", "-p", "unit=8"], "Did you mean units?"],
  [["add", "tick.ipynb", "--cron", "0 6 * * *", "-p", "units=10"], "the largest allowed value is 9"],
  [["add", "tock.ipynb", "--cron", "0 6 * * *"], "Cannot read notebook tock.ipynb"],
  [["run", "tick"], "Cannot find schedule tick"],
])("tagline schedule %j exits with 2 and a sentence", async (args, sentence) => {
  const { code, stdout, stderr } = await tagline(project(), "schedule", ...args);
  expect(stderr).toContain(sentence);
  expect(stderr).not.toContain("    at ");
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
});

test("tagline schedule add sees Jupyter's service, which makes no project of a folder that is none", async () => {
  const folder = project();
  const socket = join(scratchFolder(), "service.sock");
  const main = join(dirname(bin), "../dist/service/main.js");
  const service = spawn(process.execPath, [main, "--socket", socket, "--root", folder], { stdio: "inherit" });
  onTestFinished(async () => void (await stopChild(service, { signal: "SIGKILL" })));
  await until(() => existsSync(socket));
  expect(existsSync(join(folder, ".tagline"))).toBe(false);
  const added = await tagline(folder, "schedule", "add", "tick.ipynb", "--cron", "* * * * * *");
  expect(added.stdout).toContain("A service is running and fires them.");
  await until(() => listRuns(folder).some(({ status }) => status === "succeeded"));
  expect(await end(service, "SIGTERM")).toBe(143);
  expect(existsSync(socket)).toBe(false);
});

test("tagline service goes on after kill -9, and nothing fires twice with two of them alive", async () => {
  const folder = project();
  const first = await startService(folder);
  const added = await tagline(folder, "schedule", "add", "tick.ipynb", "--cron", "* * * * * *", "-p", "units=4");
  expect(added.stdout).toContain("A service is running and fires them.");
  await until(() => fired(folder).length >= 2);
  await end(first, "SIGKILL");
  expect(JSON.parse((await tagline(folder, "schedule", "list", "--json")).stdout)).toMatchObject({ service: false });

  const before = fired(folder);
  const [second, third] = await Promise.all([startService(folder), startService(folder)]);
  const restarted = new Date().toISOString();
  await until(() => fired(folder).length >= before.length + 4);
  expect(await Promise.all([end(second, "SIGTERM"), end(third, "SIGINT")])).toEqual([0, 0]);

  const all = fired(folder);
  expect(new Set(all.map(({ due }) => due)).size).toBe(all.length);
  expect(new Set(all.map(({ run }) => run)).size).toBe(all.length);
  // What nobody was there for is not made up for.
  const lastBefore =
    before
      .map(({ due }) => due)
      .sort()
      .at(-1) ?? "";
  expect(all.filter(({ due }) => due > lastBefore && Date.parse(due) < Date.parse(restarted) - 5_000)).toEqual([]);
  const runs = listRuns(folder).filter(({ run }) => all.some((event) => event.run === run));
  expect(runs.find(({ status }) => status === "succeeded")).toMatchObject({ metrics: { double: 8 }, kind: "pipeline" });
  const { schedules } = JSON.parse((await tagline(folder, "schedule", "list", "--json")).stdout);
  expect(schedules[0]).toMatchObject({ last: { status: expect.any(String) } });
  expect(schedules[0].missed.count).toBeGreaterThan(0);
});
