import { hash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { projectFiles } from "../project.js";
import type { OpenLineageEvent } from "./openlineage-events.js";

interface Stored {
  /** False while a sending goes on, and after one that was cut off. */
  readonly complete: boolean;
  /** Of each run how many of its events arrived, and the first digits of sha256 over them. */
  readonly runs: Readonly<Record<string, readonly [count: number, digest: string]>>;
}

/** What arrived at a server, so that a sending that was cut off goes on where it was. Only ever a cache: sending again does no harm. */
export class SentLedger {
  readonly #path: string;
  readonly #runs: Map<string, readonly [count: number, digest: string]>;
  /** True if the last sending to that server came to its end. */
  readonly wasComplete: boolean;

  /** @param address the server, and whatever else makes its events others; no secret of it is written */
  constructor(root: string, address: string) {
    const name = `${hash("sha256", address).slice(0, 16)}.json`;
    this.#path = join(projectFiles(root).folder, "cache", "openlineage", name);
    const stored = readStored(this.#path);
    this.wasComplete = stored.complete;
    this.#runs = new Map(Object.entries(stored.runs));
  }

  /** Those of a run's events that did not arrive yet; all of them if they are others by now. */
  missing(run: string, events: readonly OpenLineageEvent[]): readonly OpenLineageEvent[] {
    const [count, digest] = this.#runs.get(run) ?? [0, ""];
    return count > 0 && digestOf(events.slice(0, count)) === digest ? events.slice(count) : events;
  }

  /** Takes note that these are there, which are the first of a run's. */
  note(run: string, events: readonly OpenLineageEvent[]): void {
    if (events.length > 0) this.#runs.set(run, [events.length, digestOf(events)]);
  }

  /** Where it cannot be written the next sending begins anew. */
  save(complete: boolean): void {
    const stored: Stored = { complete, runs: Object.fromEntries(this.#runs) };
    try {
      mkdirSync(dirname(this.#path), { recursive: true });
      writeFileSync(`${this.#path}.${process.pid}.tmp`, JSON.stringify(stored));
      renameSync(`${this.#path}.${process.pid}.tmp`, this.#path);
    } catch {
      // It would only have spared some work.
    }
  }
}

function digestOf(events: readonly OpenLineageEvent[]): string {
  return hash("sha256", JSON.stringify(events)).slice(0, 16);
}

function readStored(path: string): Stored {
  try {
    const stored: unknown = JSON.parse(readFileSync(path, "utf8"));
    const isOurs = typeof stored === "object" && stored !== null && "complete" in stored && "runs" in stored;
    if (isOurs) return stored as Stored; // of `save`
  } catch {
    // None yet, or none that can be read.
  }
  return { complete: true, runs: {} };
}
