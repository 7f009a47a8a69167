import { createWriteStream } from "node:fs";
import { resolve } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { eachEvent } from "../lineage/each-event.js";
import { findRun } from "../lineage/find-run.js";
import { type OpenLineageEvent, SentLedger, sendOpenLineage, toOpenLineage } from "../lineage/open-formats/index.js";
import { readFired } from "../lineage/read-fired.js";
import type { LogReader } from "../lineage/reader.js";
import { UsageError } from "../pipeline/run/usage-error.js";
import { openProject } from "./open-project.js";
import type { CliStreams } from "./streams.js";

interface RunFlags {
  readonly run?: string;
  readonly namespace?: string;
}

export interface ExportFlags extends RunFlags {
  readonly format: string;
  readonly out?: string;
}

export interface SendFlags extends RunFlags {
  readonly url: string;
  readonly attempts: string;
  readonly new?: boolean;
}

/** Writes the log, one JSON object a line. */
export async function exportLineage({ format, out, ...flags }: ExportFlags, streams: CliStreams): Promise<void> {
  const lines = linesOf(format, flags, streams);
  if (out === undefined) {
    for (const line of lines) streams.stdout.write(line);
    return;
  }
  await pipeline(Readable.from(lines), createWriteStream(resolve(out)));
  streams.stderr.write(`Wrote ${out}\n`);
}

export interface Sent {
  readonly url: string;
  readonly events: number;
  /** Of which something was sent. */
  readonly runs: number;
  /** Runs that were there already: with `--new`, and where the last sending was cut off. */
  readonly skipped: number;
}

/** Between two notes of what arrived. */
const SAVE_EVERY_RUNS = 200;

/** Sends the runs to a server; tells how far it is while it goes on, and goes on where it was cut off the last time. */
export async function sendLineage(
  { url, attempts, new: onlyNew = false, ...flags }: SendFlags,
  streams: CliStreams,
): Promise<Sent> {
  const tries = Number(attempts);
  if (!(Number.isInteger(tries) && tries > 0))
    throw new UsageError(`Cannot try ${attempts} times: --attempts takes a whole number above 0`);
  const reader = openProject(streams);
  const apiKey = process.env["OPENLINEAGE_API_KEY"];
  const ledger = new SentLedger(reader.root, [url, flags.namespace ?? "", flags.run ?? ""].join("\n"));
  const eventsOf = toEvents(reader, flags);
  const goesOn = onlyNew || !ledger.wasComplete;
  const ids = runIds(reader, flags.run);
  let [sent, runs] = [0, 0];
  try {
    for (const [index, run] of ids.entries()) {
      const events = eventsOf(run);
      const missing = goesOn ? ledger.missing(run, events) : events;
      const before = events.length - missing.length;
      let arrived = 0;
      try {
        await sendOpenLineage(missing, url, {
          attempts: tries,
          ...(apiKey === undefined || apiKey === "" ? {} : { apiKey }),
          onSent: (count) => {
            arrived = count;
          },
        });
      } finally {
        ledger.note(run, events.slice(0, before + arrived));
        sent += arrived;
        if (arrived > 0) runs += 1;
      }
      if ((index + 1) % SAVE_EVERY_RUNS === 0) {
        ledger.save(false);
        streams.stderr.write(`${index + 1} of ${ids.length} runs sent\n`);
      }
    }
  } catch (error) {
    ledger.save(false);
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${reason} (in all ${sent} events of ${runs} runs arrived by this command)`, { cause: error });
  }
  ledger.save(true);
  return { url, events: sent, runs, skipped: ids.length - runs };
}

function* linesOf(format: string, flags: RunFlags, streams: CliStreams): Generator<string> {
  const reader = openProject(streams);
  if (format === "openlineage") {
    const eventsOf = toEvents(reader, flags);
    for (const run of runIds(reader, flags.run)) for (const event of eventsOf(run)) yield `${JSON.stringify(event)}\n`;
  } else if (format === "jsonl") {
    const run = flags.run === undefined ? null : findRun(reader, flags.run).run;
    for (const envelope of eachEvent(reader))
      if (run === null || ("run" in envelope.event && envelope.event.run === run))
        yield `${JSON.stringify(envelope)}\n`;
  } else throw new UsageError(`Cannot export to "${format}": there are openlineage and jsonl`);
}

function toEvents(reader: LogReader, { namespace }: RunFlags): (run: string) => readonly OpenLineageEvent[] {
  const fired = readFired(reader);
  return (run) => {
    const record = reader.record(run);
    const options = { fired, ...(namespace === undefined ? {} : { namespace }) };
    return record === undefined ? [] : toOpenLineage(reader, [record], options);
  };
}

/** Oldest first. */
function runIds(reader: LogReader, asked: string | undefined): readonly string[] {
  if (asked !== undefined) return [findRun(reader, asked).run];
  const ids: string[] = [];
  for (const { run } of reader.runs()) ids.push(run);
  return ids.reverse();
}
