import type { FastifyInstance } from "fastify";
import type { AddScheduleReply, AddScheduleRequest, NotebookRequest, OperationsReply, StartRunReply } from "../api.js";
import { confineNotebook } from "../confine.js";
import type { ServiceContext } from "../context.js";
import { notebookBody, notebookBodyWith, withoutNotebook } from "./notebook-body.js";

const addBody = notebookBodyWith(
  {
    cron: { type: "string", minLength: 1 },
    timeZone: { type: "string", minLength: 1 },
    name: { type: "string" },
    params: { type: "object" },
  },
  ["cron"],
);

interface ScheduleRequest {
  Params: { id: string };
  Body: NotebookRequest;
}

/** Everything under api/schedules. */
export function scheduleRoutes(app: FastifyInstance, { desk, ports, root }: ServiceContext): void {
  const { operations } = ports;

  app.post<{ Body: AddScheduleRequest; Reply: AddScheduleReply }>(
    "/api/schedules",
    { schema: { body: addBody } },
    async ({ body }) => {
      const notebook = await confineNotebook(root, body.notebook);
      const id = await operations.addSchedule(notebook, withoutNotebook(body));
      return { id, ...(await operations.read(notebook)) };
    },
  );

  app.post<ScheduleRequest & { Reply: StartRunReply }>(
    "/api/schedules/:id/run",
    { schema: { body: notebookBody } },
    async ({ params, body }) => {
      const scheduled = await operations.scheduledRun(await confineNotebook(root, body.notebook), params.id);
      return { run: await desk.start(scheduled.notebook, scheduled.params) };
    },
  );

  for (const word of ["pause", "resume", "remove"] as const) {
    app.post<ScheduleRequest & { Reply: OperationsReply }>(
      `/api/schedules/:id/${word}`,
      { schema: { body: notebookBody } },
      async ({ params, body }) => {
        const notebook = await confineNotebook(root, body.notebook);
        await operations.changeSchedule(notebook, params.id, word);
        return operations.read(notebook);
      },
    );
  }
}
