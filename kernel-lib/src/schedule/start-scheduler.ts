import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { claim } from "../lineage/claim.js";
import { type LineageLog, openLog } from "../lineage/open-log.js";
import { projectFiles } from "../lineage/project.js";
import type { RunDocument } from "../pipeline/run/run-document.js";
import { runPipeline } from "../pipeline/run/run-pipeline.js";
import { newRunId } from "../pipeline/run/run-program.js";
import { readSchedules } from "./catalog.js";
import { nextRun } from "./next-run.js";
import { pruneClaims } from "./prune-claims.js";
import type { Schedule } from "./schedule.js";
import { markService } from "./service-mark.js";

/** What a scheduler tells while it works. `due` and `at` are ISO 8601. */
export type SchedulerEvent =
  | { readonly kind: "fired"; readonly schedule: string; readonly due: string; readonly run: string }
  | {
      readonly kind: "finished";
      readonly schedule: string;
      readonly run: string;
      readonly status: RunDocument["status"];
      /** Of a failed one: which step, and what it said. */
      readonly error: string | null;
    }
  /** Its last run still goes on: no second one starts beside it. */
  | { readonly kind: "skipped"; readonly schedule: string; readonly due: string }
  /** `schedule` and `run` are null where the catalog cannot be read. */
  | {
      readonly kind: "problem";
      readonly schedule: string | null;
      readonly run: string | null;
      readonly message: string;
    };

export interface SchedulerOptions {
  /** The project root, absolute. */
  readonly root: string;
  readonly onEvent?: (event: SchedulerEvent) => void;
  /** Default: the system's. */
  readonly clock?: SchedulerClock;
  /** Default: a log of its own. */
  readonly log?: Pick<LineageLog, "append" | "commit" | "close">;
  /** Default: `runPipeline`. */
  readonly run?: (schedule: Schedule, root: string, run: string, signal: AbortSignal) => Promise<RunDocument>;
}

export interface SchedulerClock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls back once after some milliseconds; returns how to call it off. */
  after(ms: number, callback: () => void): () => void;
}

export interface Scheduler {
  /** Cancels the runs that go on, and resolves when they have ended. */
  stop(): Promise<void>;
}

/** How often the catalog is looked at, and the longest sleep: a machine that slept wakes up to the right moment. */
const LOOK_EVERY_MS = 1000;
const PRUNE_EVERY_MS = 3_600_000;
/** A moment noticed later than this (the machine slept) counts as missed. */
const LATE_MS = 60_000;

/**
 * Fires a project's schedules from now on. What was due before, while nobody was there to fire it, is missed and stays
 * so. A moment is claimed before anything is done about it: whatever processes live or die, it fires once at most.
 */
export function startScheduler(options: SchedulerOptions): Scheduler {
  const { root, onEvent = () => {}, clock = systemClock, run = runSchedule } = options;
  let log = options.log ?? null;
  const abort = new AbortController();
  const goingOn = new Map<string, Promise<void>>();
  let seen = clock.now();
  let lastProblem = "";
  let unmark: (() => void) | null = null;
  let callOff = (): void => {};

  const fire = async (schedule: Schedule, due: string): Promise<void> => {
    const id = newRunId(clock.now());
    try {
      log ??= openLog(root, { clock: clock.now });
      log.append({
        kind: "schedule.fired",
        schedule: schedule.id,
        due,
        at: new Date(clock.now()).toISOString(),
        run: id,
      });
      await log.commit();
      onEvent({ kind: "fired", schedule: schedule.id, due, run: id });
      const document = await run(schedule, root, id, abort.signal);
      onEvent({ kind: "finished", schedule: schedule.id, run: id, status: document.status, error: errorOf(document) });
    } catch (error) {
      onEvent({ kind: "problem", schedule: schedule.id, run: id, message: messageOf(error) });
    }
  };

  const look = (): void => {
    const now = clock.now();
    let wakeMs = LOOK_EVERY_MS;
    try {
      if (unmark === null && existsSync(projectFiles(root).folder)) unmark = markService(root);
      for (const schedule of readSchedules(root)) {
        if (schedule.paused) continue;
        const from = Math.max(seen, now - LATE_MS, Date.parse(schedule.activeSince));
        const { due, next } = newestDue(schedule, from, now);
        if (next !== null) wakeMs = Math.min(wakeMs, next - now);
        if (due === null) continue;
        const moment = new Date(due).toISOString();
        if (goingOn.has(schedule.id)) {
          onEvent({ kind: "skipped", schedule: schedule.id, due: moment });
        } else if (claim(root, "schedule", `${schedule.id}@${moment}`, String(process.pid)).mine) {
          const work = fire(schedule, moment).finally(() => goingOn.delete(schedule.id));
          goingOn.set(schedule.id, work);
        }
      }
      lastProblem = "";
    } catch (error) {
      // Told once, not every second; the schedules go on when the file is mended.
      const message = messageOf(error);
      if (message !== lastProblem) onEvent({ kind: "problem", schedule: null, run: null, message });
      lastProblem = message;
    }
    seen = now;
    callOff = clock.after(Math.max(1, wakeMs), look);
  };
  look();
  pruneClaims(root);
  const pruning = setInterval(() => pruneClaims(root), PRUNE_EVERY_MS).unref();

  return {
    async stop() {
      callOff();
      clearInterval(pruning);
      abort.abort();
      await Promise.all(goingOn.values());
      if (options.log === undefined) await log?.close();
      unmark?.();
    },
  };
}

/** The newest moment in (from, now], and the one after it. */
function newestDue(
  schedule: Schedule,
  from: number,
  now: number,
): { readonly due: number | null; readonly next: number | null } {
  let due: number | null = null;
  for (let at = from; ; ) {
    const next = nextRun(schedule, new Date(at))?.getTime() ?? null;
    if (next === null || next > now) return { due, next };
    due = next;
    at = next;
  }
}

function runSchedule(schedule: Schedule, root: string, run: string, signal: AbortSignal): Promise<RunDocument> {
  return runPipeline({
    notebookPath: resolve(root, schedule.notebook),
    projectRoot: root,
    params: schedule.params,
    run,
    signal,
  });
}

function errorOf({ steps, diagnostics }: RunDocument): string | null {
  const failed = steps.find(({ error }) => error !== undefined);
  if (failed?.error !== undefined) return `step ${failed.name}: ${failed.error.name}: ${failed.error.message}`;
  const wrong = diagnostics.find(({ severity }) => severity === "error");
  return wrong === undefined ? null : `${wrong.code} ${wrong.message}`;
}

const systemClock: SchedulerClock = {
  now: Date.now,
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
