import { findProjectRoot } from "../lineage/project.js";
import { UsageError } from "../pipeline/run/usage-error.js";
import { shortId } from "../registry/registry.js";
import { pickVersion } from "../serve/pick-version.js";
import { serveModel } from "../serve/serve-model.js";
import { readPort } from "./read-port.js";
import { type CliStreams, printJson } from "./streams.js";

/** What `tagline serve --json` prints when it is ready. */
export interface ServingDocument {
  readonly model: string;
  readonly version: string;
  readonly number: number;
  /** Why this version: `asked`, `production` or `newest`. */
  readonly because: string;
  readonly url: string;
  readonly port: number;
  readonly pid: number;
}

export interface ServeFlags {
  readonly port?: string;
  readonly host: string;
  readonly token?: string;
  /** Seconds. */
  readonly timeout: string;
  readonly json?: boolean;
}

/** Serves until this process is asked to stop; resolves to the exit code. */
export async function serve(name: string, flags: ServeFlags, streams: CliStreams): Promise<number> {
  const root = findProjectRoot();
  const picked = pickVersion(root, name);
  const { version, because } = picked;
  const stopped = untilStopped();
  const server = await serveModel(root, picked, {
    port: readPort(flags.port),
    host: flags.host,
    token: flags.token ?? (process.env["TAGLINE_TOKEN"] || null),
    timeoutMs: readTimeoutMs(flags.timeout),
    onText: (text) => streams.stderr.write(text),
  });
  if (flags.json) {
    const { model, id, number } = version;
    const { url, port } = server;
    printJson(streams, { model, version: id, number, because, url, port, pid: process.pid } satisfies ServingDocument);
  } else {
    streams.stdout.write(
      `Serving ${version.model} version ${version.number} (${shortId(version.id)}, ${because === "asked" ? "as asked" : because}): ${server.url}\n`,
    );
  }
  await stopped;
  await server.close();
  return 0;
}

/** A second Ctrl-C does not wait for answers under way. */
function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    const ask = (): void => {
      if (asked) process.exit(130);
      asked = true;
      resolve();
    };
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, ask);
  });
}

function readTimeoutMs(text: string): number {
  const seconds = Number(text);
  if (seconds > 0 && seconds <= 86_400) return seconds * 1000;
  throw new UsageError(`Cannot wait ${text} seconds for a prediction: give a number above 0, at most 86400.`);
}
