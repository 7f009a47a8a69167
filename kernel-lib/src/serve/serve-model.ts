import type { AddressInfo } from "node:net";
import type { FastifyInstance } from "fastify";
import { openLog } from "../lineage/open-log.js";
import { UsageError } from "../pipeline/run/usage-error.js";
import { build } from "./build.js";
import { listenProblem } from "./deploy/find-free-port.js";
import { createGuard, isLoopback, sha256 } from "./guard.js";
import type { Picked } from "./pick-version.js";
import { PredictorThread } from "./predictor-thread.js";
import { RequestLog } from "./request-log.js";

export interface ServeOptions {
  /** Undefined: 8080 or the next free one; 0: any free one. */
  readonly port?: number | undefined;
  readonly host: string;
  readonly token: string | null;
  /** Told what the model prints and what the server has to say. */
  readonly onText: (text: string) => void;
  /** For one request. */
  readonly timeoutMs?: number;
}

/** A server that answers. */
export interface ModelServer {
  /** Where predictions are asked, `http://127.0.0.1:8080/penguins`. */
  readonly url: string;
  readonly port: number;
  /** Finishes what is under way, notes it and lets go of everything. */
  close(): Promise<void>;
}

const DEFAULT_PORT = 8080;
const PORTS_TO_TRY = 100;

/** Serves a version over HTTP; resolves when the model can answer. Rejects with a sentence, and nothing left behind. */
export async function serveModel(root: string, picked: Picked, options: ServeOptions): Promise<ModelServer> {
  const { host, token, onText } = options;
  const { version } = picked;
  if (token === null && !isLoopback(host)) {
    throw new UsageError(
      `Cannot serve on ${host} without a token: others could reach it. Set TAGLINE_TOKEN, or leave out --host.`,
    );
  }
  const requests = new RequestLog(openLog(root), { onText });
  const predictor = new PredictorThread(
    { root, model: version.model, id: version.id },
    { onText, ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }) },
  );
  const app = build({
    picked,
    predictor,
    guard: createGuard(token === null ? null : sha256(token)),
    needsToken: token !== null,
    onServed: (event) => requests.add(event),
    onError: (error) => onText(`${error instanceof Error ? error.stack : String(error)}\n`),
  });
  const close = async (): Promise<void> => {
    // New connections are refused from here on; answers under way are still given.
    await app.close();
    await predictor.close();
    await requests.close();
  };
  try {
    const loaded = predictor.loaded();
    // Heard of below, once it listens.
    loaded.catch(() => {});
    const port = await listen(app, host, options.port);
    await loaded;
    const name = host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
    return { url: `http://${name}:${port}/${version.model}`, port, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function listen(app: FastifyInstance, host: string, port: number | undefined): Promise<number> {
  const first = port ?? DEFAULT_PORT;
  for (let tried = first; ; tried += 1) {
    try {
      await app.listen({ host: host.replace(/^\[(.*)\]$/, "$1"), port: tried });
      // Listening on a port, not on a pipe.
      return (app.server.address() as AddressInfo).port;
    } catch (error) {
      const isTaken = error instanceof Error && "code" in error && error.code === "EADDRINUSE";
      if (isTaken && port === undefined && tried < first + PORTS_TO_TRY) continue;
      throw new UsageError(`Cannot listen on ${host}, port ${tried}: ${listenProblem(error)}.`, { cause: error });
    }
  }
}
