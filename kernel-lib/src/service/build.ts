import fastify, { type FastifyError, type FastifyInstance } from "fastify";
import type { ServiceContext } from "./context.js";
import { ServiceError, type ServiceErrorCode } from "./errors.js";
import { guardChange } from "./guard.js";
import type { ServicePorts } from "./ports.js";
import { deploymentRoutes } from "./routes/deployments.js";
import { driftRoutes } from "./routes/drift.js";
import { exportRoutes } from "./routes/export.js";
import { factsRoutes } from "./routes/facts.js";
import { modelRoutes } from "./routes/models.js";
import { operationsRoutes } from "./routes/operations.js";
import { reportRoutes } from "./routes/reports.js";
import { runRoutes } from "./routes/runs.js";
import { scheduleRoutes } from "./routes/schedules.js";
import { statusRoutes } from "./routes/status.js";
import { whyRoutes } from "./routes/why.js";
import { RunDesk } from "./run-desk.js";

export interface ServiceDeps {
  readonly ports: ServicePorts;
  /** Absolute path of Jupyter's root folder, symbolic links resolved. */
  readonly root: string;
  readonly version: string;
  readonly heartbeatMs?: number;
  readonly followMs?: number;
  /** Told of errors that are ours, not the caller's. Default: standard error. */
  readonly onError?: (error: unknown) => void;
}

/** A notebook's code goes over the wire whole; 32 MB is more than Jupyter itself likes to open. */
const BODY_LIMIT_BYTES = 32 * 1024 * 1024;

/** The service as an app that listens nowhere yet: `inject()` it, or give it a socket. */
export function build(deps: ServiceDeps): FastifyInstance {
  const onError = deps.onError ?? ((error) => console.error(error));
  const desk = new RunDesk({ run: deps.ports.run, onError });
  const context: ServiceContext = {
    ports: deps.ports,
    desk,
    root: deps.root,
    version: deps.version,
    heartbeatMs: deps.heartbeatMs ?? 15_000,
    followMs: deps.followMs ?? 500,
  };
  const app = fastify({
    bodyLimit: BODY_LIMIT_BYTES,
    forceCloseConnections: true,
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, allowUnionTypes: true } },
  });
  app.addHook("onRequest", async (_request, reply) => {
    reply.header("cache-control", "no-store").header("x-content-type-options", "nosniff");
  });
  // Whatever comes is read whole before it is refused: the proxy in front breaks where an answer comes before its request's end.
  app.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
  app.addHook("preValidation", async (request) => {
    if (request.method !== "GET" && request.method !== "HEAD") guardChange(request.headers);
  });
  app.addHook("preClose", () => desk.close());
  app.addHook("onClose", () => deps.ports.close());
  app.setNotFoundHandler((request, reply) =>
    reply
      .code(404)
      .send(
        errorBody(
          "not-found",
          `Cannot find ${request.method} ${request.url}: the addresses are listed in service/api.ts.`,
        ),
      ),
  );
  app.setErrorHandler((error: FastifyError | Error, _request, reply) => {
    const told = toServiceError(error);
    if (told.code === "internal") onError(error);
    return reply.code(told.status).send(errorBody(told.code, told.message));
  });
  statusRoutes(app, context);
  factsRoutes(app, context);
  runRoutes(app, context);
  whyRoutes(app, context);
  exportRoutes(app, context);
  operationsRoutes(app, context);
  scheduleRoutes(app, context);
  modelRoutes(app, context);
  deploymentRoutes(app, context);
  driftRoutes(app, context);
  reportRoutes(app, context);
  return app;
}

function errorBody(code: ServiceErrorCode, message: string): { error: { code: ServiceErrorCode; message: string } } {
  return { error: { code, message } };
}

function toServiceError(error: FastifyError | Error): ServiceError {
  if (error instanceof ServiceError) return error;
  const status = "statusCode" in error ? error.statusCode : undefined;
  if (status !== undefined && status < 500)
    return new ServiceError("bad-request", `Cannot read the request: ${error.message}.`);
  return new ServiceError("internal", `Cannot answer: ${error.message}`, { cause: error });
}
