import { createWriteStream } from "node:fs";
import { resolve } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { findRun } from "../lineage/find-run.js";
import { type OpenLineageEvent, sendOpenLineage, toOpenLineage } from "../lineage/open-formats/index.js";
import { readFired } from "../lineage/read-fired.js";
import { readLog } from "../lineage/read-log.js";
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

/** Sends the runs to a server; tells how far it is while it goes on. */
export async function sendLineage(
  { url, attempts, ...flags }: SendFlags,
  streams: CliStreams,
): Promise<{ readonly url: string; readonly events: number; readonly runs: number }> {
  const tries = Number(attempts);
  if (!(Number.isInteger(tries) && tries > 0))
    throw new UsageError(`Cannot try ${attempts} times: --attempts takes a whole number above 0`);
  const events = openLineageOf(flags, streams);
  const apiKey = process.env["OPENLINEAGE_API_KEY"];
  await sendOpenLineage(events, url, {
    attempts: tries,
    ...(apiKey === undefined || apiKey === "" ? {} : { apiKey }),
    onSent: (sent, total) => {
      if (sent % 100 === 0 && sent < total) streams.stderr.write(`${sent} of ${total} events sent\n`);
    },
  });
  const runs = new Set(events.filter(({ run }) => run.facets["parent"] === undefined).map(({ run }) => run.runId));
  return { url, events: events.length, runs: runs.size };
}

function* linesOf(format: string, flags: RunFlags, streams: CliStreams): Generator<string> {
  if (format === "openlineage") {
    for (const event of openLineageOf(flags, streams)) yield `${JSON.stringify(event)}\n`;
  } else if (format === "jsonl") {
    const reader = openProject(streams);
    const run = flags.run === undefined ? null : findRun(reader, flags.run).run;
    for (const envelope of readLog(reader.root).events)
      if (run === null || ("run" in envelope.event && envelope.event.run === run))
        yield `${JSON.stringify(envelope)}\n`;
  } else throw new UsageError(`Cannot export to "${format}": there are openlineage and jsonl`);
}

function openLineageOf({ run, namespace }: RunFlags, streams: CliStreams): OpenLineageEvent[] {
  const reader = openProject(streams);
  const records = run === undefined ? [...reader.runs()] : [findRun(reader, run)];
  return toOpenLineage(reader, records, {
    fired: readFired(reader),
    ...(namespace === undefined ? {} : { namespace }),
  });
}
