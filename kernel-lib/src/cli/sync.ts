import { findRun } from "../lineage/find-run.js";
import { type SyncResult, syncMlflow } from "../sync/index.js";
import { openProject } from "./open-project.js";
import type { CliStreams } from "./streams.js";

export interface SyncFlags {
  readonly uri: string;
  readonly experiment?: string;
  readonly run?: string;
  readonly sessions?: boolean;
}

/** Writes this project's runs to an MLflow server; tells how far it is while it goes on. */
export function sync({ uri, experiment, run, sessions = false }: SyncFlags, streams: CliStreams): Promise<SyncResult> {
  const { stderr } = streams;
  const reader = openProject(streams);
  return syncMlflow({
    root: reader.root,
    uri,
    sessions,
    ...(experiment === undefined ? {} : { experiment }),
    ...(run === undefined ? {} : { runs: [findRun(reader, run).run] }),
    onProgress: (done, total) => {
      if (done % 10 === 0 && done < total) stderr.write(`${done} of ${total} runs\n`);
    },
  });
}

export function formatSync({ uri, created, updated, unchanged, deleted, versions, warnings }: SyncResult): string {
  const parts = [
    `${created} new`,
    `${updated} brought up to date`,
    `${unchanged} unchanged`,
    ...(deleted > 0 ? [`${deleted} deleted there and left so`] : []),
  ];
  const notes = warnings.map((warning) => `  note: ${warning}\n`).join("");
  return `Runs at ${uri}: ${parts.join(", ")}; ${versions} new model version${versions === 1 ? "" : "s"}\n${notes}`;
}
