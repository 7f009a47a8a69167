import type { FastifyInstance } from "fastify";
import type { CronReply, OperationsReply } from "../api.js";
import { confineNotebook } from "../confine.js";
import type { ServiceContext } from "../context.js";
import { previewCron } from "../operations/preview-cron.js";

const notebookQuery = { type: "object", properties: { notebook: { type: "string" } } };
const cronQuery = {
  type: "object",
  required: ["cron"],
  properties: { cron: { type: "string", minLength: 1 }, timeZone: { type: "string" } },
};

/** GET api/operations and GET api/cron. */
export function operationsRoutes(app: FastifyInstance, { ports, root }: ServiceContext): void {
  app.get<{ Querystring: { notebook?: string }; Reply: OperationsReply }>(
    "/api/operations",
    { schema: { querystring: notebookQuery } },
    async ({ query }) =>
      ports.operations.read(query.notebook === undefined ? null : await confineNotebook(root, query.notebook)),
  );

  app.get<{ Querystring: { cron: string; timeZone?: string }; Reply: CronReply }>(
    "/api/cron",
    { schema: { querystring: cronQuery } },
    async ({ query }) => previewCron(query.cron, query.timeZone, new Date()),
  );
}
