import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { RunDocument } from "../../../kernel-lib/src/pipeline/run/run-document.js";
import type { SchedulerClock } from "../../../kernel-lib/src/schedule/start-scheduler.js";

/** A temporary folder, removed after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), "tagline-schedule-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
}

/** A clock that stands until it is moved on. */
export class HandClock implements SchedulerClock {
  #now: number;
  #timers: { readonly at: number; readonly callback: () => void }[] = [];

  constructor(start: string) {
    this.#now = Date.parse(start);
  }

  now = (): number => this.#now;

  after(ms: number, callback: () => void): () => void {
    const timer = { at: this.#now + ms, callback };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** Moves on, calling back whoever asked for it at their time, and gives promises their turn. */
  async moveTo(time: string): Promise<void> {
    const end = Date.parse(time);
    for (;;) {
      const next = this.#timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.#timers = this.#timers.filter((other) => other !== next);
      this.#now = Math.max(this.#now, next.at);
      next.callback();
    }
    this.#now = end;
    await new Promise<void>((resolve) => setImmediate(resolve));
  }

  /** The machine sleeps: time passes, and nobody is called back before it wakes up. */
  sleepTo(time: string): Promise<void> {
    this.#now = Date.parse(time);
    return this.moveTo(time);
  }
}

export function runDocument(run: string, status: RunDocument["status"]): RunDocument {
  return {
    run,
    notebook: "nb.ipynb",
    status,
    startedAt: "2026-11-24T06:00:00.000Z",
    durationMs: 1,
    params: {},
    metrics: {},
    steps: [],
    diagnostics: [],
  };
}
