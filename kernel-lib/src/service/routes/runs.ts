import type { FastifyInstance } from "fastify";
import type { RunsReply, StartRunReply, StartRunRequest } from "../api.js";
import { confineNotebook } from "../confine.js";
import type { ServiceContext } from "../context.js";
import { ServiceError } from "../errors.js";
import { openEventStream } from "../event-stream.js";
import { followRun } from "../follow-run.js";

const startBody = {
  type: "object",
  required: ["notebook"],
  additionalProperties: false,
  properties: { notebook: { type: "string" }, params: { type: "object" } },
};
/** Jupyter's page adds a number of its own to each address, against caches. */
const notebookQuery = { type: "object", properties: { notebook: { type: "string" } } };
const runParams = { type: "object", properties: { run: { type: "string", pattern: "^[0-9A-Za-z_-]+$" } } };

interface RunRequest {
  Params: { run: string };
  Querystring: { notebook?: string };
}

/** Everything under api/runs. */
export function runRoutes(app: FastifyInstance, context: ServiceContext): void {
  const { desk, ports, root } = context;
  const confined = async (notebook: string | undefined): Promise<string | null> =>
    notebook === undefined ? null : confineNotebook(root, notebook);

  app.post<{ Body: StartRunRequest; Reply: StartRunReply }>(
    "/api/runs",
    { schema: { body: startBody } },
    async ({ body }) => {
      const notebook = await confineNotebook(root, body.notebook);
      return { run: await desk.start(notebook, body.params ?? {}) };
    },
  );

  app.post<RunRequest>("/api/runs/:run/cancel", { schema: { params: runParams } }, async ({ params }) =>
    desk.cancel(params.run),
  );

  app.get<{ Querystring: { notebook?: string }; Reply: RunsReply }>(
    "/api/runs",
    { schema: { querystring: notebookQuery } },
    async ({ query }) => ({
      runs: await ports.listRuns(await confined(query.notebook)),
    }),
  );

  app.get<RunRequest>(
    "/api/runs/:run",
    { schema: { params: runParams, querystring: notebookQuery } },
    async ({ params, query }) => {
      const document =
        desk.get(params.run)?.document ?? (await ports.readRun(params.run, await confined(query.notebook)));
      if (document === null) throw missing(params.run);
      return document;
    },
  );

  app.get<RunRequest>(
    "/api/runs/:run/code",
    { schema: { params: runParams, querystring: notebookQuery } },
    async ({ params, query }) => {
      const code = await ports.runCode(params.run, await confined(query.notebook));
      if (code === null) throw missing(params.run);
      return code;
    },
  );

  app.get<RunRequest>(
    "/api/runs/:run/events",
    { schema: { params: runParams, querystring: notebookQuery } },
    async ({ params, query }, reply) => {
      const live = desk.get(params.run);
      if (live !== null) {
        let leave = (): void => {};
        const stream = openEventStream(reply, { heartbeatMs: context.heartbeatMs, onClose: () => leave() });
        leave = live.subscribe({ progress: stream.send, end: stream.end });
        return reply;
      }
      const notebook = await confined(query.notebook);
      const read = () => ports.readRun(params.run, notebook);
      if ((await read()) === null) throw missing(params.run);
      const gone = new AbortController();
      const stream = openEventStream(reply, { heartbeatMs: context.heartbeatMs, onClose: () => gone.abort() });
      void followRun({ read, every: context.followMs, signal: gone.signal, send: stream.send }).finally(stream.end);
      return reply;
    },
  );
}

function missing(run: string): ServiceError {
  return new ServiceError("run-missing", `Cannot find run ${run}: \`tagline runs\` lists those there are.`);
}
