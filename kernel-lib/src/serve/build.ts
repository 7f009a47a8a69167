import { createHash } from "node:crypto";
import fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { ulid } from "ulid";
import type { RequestServed } from "../lineage/events.js";
import { ServeError } from "./errors.js";
import type { Guard } from "./guard.js";
import { toOpenApi } from "./openapi.js";
import type { Picked } from "./pick-version.js";
import type { Predictor } from "./predictor.js";
import { readRows } from "./read-rows.js";

export interface ServeDeps {
  readonly picked: Picked;
  readonly predictor: Predictor;
  readonly guard: Guard;
  /** Whether `guard` asks for a token. */
  readonly needsToken: boolean;
  /** Told of every request for a prediction, answered or refused. */
  readonly onServed: (event: RequestServed) => void;
  /** Told of errors that are ours, not the caller's nor the model's. */
  readonly onError?: (error: unknown) => void;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

const BODY_LIMIT_BYTES = 16 * 1024 * 1024;

/** What is known of a request for a prediction, for the log. */
interface Served {
  readonly id: string;
  readonly startedMs: number;
  rows: number;
  /** sha256 (hex), or empty if the body was not read. */
  bodyHash: string;
}

/** A body as it came. */
interface Body {
  readonly value: unknown;
}

/** One version as an app that listens nowhere yet: `inject()` it, or give it a port. */
export function build(deps: ServeDeps): FastifyInstance {
  const { predictor, guard, onServed } = deps;
  const { version } = deps.picked;
  const now = deps.now ?? Date.now;
  const onError = deps.onError ?? ((error) => console.error(error));
  const startedMs = now();
  const path = `/${version.model}`;
  const served = new WeakMap<FastifyRequest, Served>();
  const openApi = toOpenApi(version, { needsToken: deps.needsToken });

  const methods: Readonly<Record<string, readonly string[]>> = {
    [path]: ["GET", "HEAD", "POST"],
    "/": ["GET", "HEAD"],
    "/healthz": path === "/healthz" ? ["GET", "HEAD", "POST"] : ["GET", "HEAD"],
    "/openapi.json": ["GET", "HEAD"],
  };
  const notFound = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const asked = request.url.replace(/\?.*$/, "").replace(/(.)\/$/, "$1");
    const known = Object.hasOwn(methods, asked) ? methods[asked] : undefined;
    const error =
      known === undefined
        ? new ServeError("not_found", `Cannot find ${asked}: this server has ${Object.keys(methods).join(", ")}.`)
        : new ServeError("method_not_allowed", `Cannot ${request.method} ${asked}: use ${known.join(", ")}.`);
    if (known !== undefined) reply.header("allow", known.join(", "));
    return reply.code(error.status).send(error.reply);
  };

  const app = fastify({ bodyLimit: BODY_LIMIT_BYTES, routerOptions: { ignoreTrailingSlash: true } });
  app.addHook("onRequest", async (request, reply) => {
    reply.header("cache-control", "no-store").header("x-content-type-options", "nosniff");
    if (request.method === "POST" && request.routeOptions.url === path) {
      const id = ulid(Math.floor(now()));
      served.set(request, { id, startedMs: performance.now(), rows: 0, bodyHash: "" });
      reply.header("x-request-id", id);
    }
    if (request.routeOptions.url !== "/healthz") guard(request.headers);
    // Before anything asks what its body may be.
    if (request.is404) return notFound(request, reply);
  });
  // A connection whose last answer is given would else stay open for as long as its client likes.
  let isClosing = false;
  app.addHook("preClose", async () => {
    isClosing = true;
  });
  app.addHook("onSend", async (_request, reply) => {
    if (isClosing) reply.header("connection", "close");
  });
  app.addHook("onResponse", async (request, reply) => {
    const record = served.get(request);
    if (record === undefined) return;
    onServed({
      kind: "request.served",
      id: record.id,
      model: version.model,
      version: version.id,
      at: new Date(now()).toISOString(),
      durationMs: Math.round((performance.now() - record.startedMs) * 1000) / 1000,
      status: reply.statusCode,
      rows: record.rows,
      bodyHash: record.bodyHash,
    });
  });

  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    "application/json",
    { parseAs: "buffer" },
    async (request: FastifyRequest, bytes: Buffer) => {
      const record = served.get(request);
      if (record !== undefined) record.bodyHash = createHash("sha256").update(bytes).digest("hex");
      return { value: parseJson(bytes) } satisfies Body;
    },
  );

  app.get("/healthz", async (_request, reply) => {
    const { state, problem } = predictor;
    return reply.code(state === "ready" ? 200 : 503).send({
      status: state === "ready" ? "ok" : state,
      model: version.model,
      version: version.id,
      number: version.number,
      uptimeS: Math.round(now() - startedMs) / 1000,
      ...(problem === null ? {} : { problem }),
    });
  });
  app.get("/openapi.json", async () => openApi);
  const { model, id, number, aliases, createdAt, run, notebook, target, metrics, input, output, example } = version;
  const metadata = {
    ...{ model, version: id, number, because: deps.picked.because, aliases, createdAt, run, notebook, target },
    ...{ metrics, input, output, example, why: `model:${model}@${number}` },
  };
  app.get("/", async () => metadata);
  if (path !== "/healthz" && path !== "/openapi.json") app.get(path, async () => metadata);

  app.post(path, async (request, reply) => {
    // Made by the parser above; there is none where no body came.
    const body = request.body as Body | undefined;
    if (body === undefined || body === null)
      throw new ServeError("bad_json", "Cannot predict from nothing: send one row or a list of rows as JSON.");
    const { rows, isList } = readRows(body.value, version.input);
    const record = served.get(request);
    if (record !== undefined) record.rows = rows.length;
    const answer = rows.length === 0 ? { kind: "predictions" as const, json: [] } : await predictor.predict(rows);
    if (answer.kind === "failed") {
      const field = answer.field === undefined ? {} : { field: answer.field };
      throw new ServeError(
        answer.code,
        answer.message,
        answer.code === "not_ready" ? {} : { ...field, row: answer.row },
      );
    }
    return sendJson(reply, isList ? `[${answer.json.join(",")}]` : (answer.json[0] ?? "null"));
  });

  app.setNotFoundHandler(notFound);
  app.setErrorHandler((error: FastifyError | Error, _request, reply) => {
    const told = toServeError(error);
    if (told.code === "internal") onError(error);
    if (told.code === "unauthorized") reply.header("www-authenticate", "Bearer");
    if (told.code === "not_ready") reply.header("retry-after", "1");
    return reply.code(told.status).send(told.reply);
  });
  return app;
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch (error) {
    throw new ServeError(
      "bad_json",
      `Cannot read the body as JSON: ${error instanceof Error ? error.message : String(error)}.`,
    );
  }
}

/** Text that is JSON already. */
function sendJson(reply: FastifyReply, text: string): FastifyReply {
  return reply.type("application/json; charset=utf-8").send(text);
}

function toServeError(error: FastifyError | Error): ServeError {
  if (error instanceof ServeError) return error;
  const status = "statusCode" in error ? error.statusCode : undefined;
  if (status === 413)
    return new ServeError("too_large", "Cannot read the body: it is larger than 16 MiB. Send fewer rows at a time.");
  if (status === 415)
    return new ServeError("wrong_type", "Cannot read the body: send it with Content-Type: application/json.");
  if (status !== undefined && status < 500)
    return new ServeError("bad_json", `Cannot read the request: ${error.message}.`);
  return new ServeError("internal", "Cannot answer: a mistake of the server's own.", {}, { cause: error });
}
