import type { FastifyInstance } from "fastify";
import type { OperationsReply, PromoteRequest, RollbackRequest } from "../api.js";
import { confineNotebook } from "../confine.js";
import type { ServiceContext } from "../context.js";
import { notebookBodyWith, withoutNotebook } from "./notebook-body.js";

const move = { alias: { type: "string", minLength: 1 }, reason: { type: "string" } };
const rollbackBody = notebookBodyWith(move);
const promoteBody = notebookBodyWith({ ...move, version: { type: ["string", "integer"], minLength: 1 } });

/** Everything under api/models. */
export function modelRoutes(app: FastifyInstance, { ports, root }: ServiceContext): void {
  const { operations } = ports;

  app.post<{ Params: { model: string }; Body: PromoteRequest; Reply: OperationsReply }>(
    "/api/models/:model/promote",
    { schema: { body: promoteBody } },
    async ({ params, body }) => {
      const notebook = await confineNotebook(root, body.notebook);
      await operations.promote(notebook, params.model, withoutNotebook(body));
      return operations.read(notebook);
    },
  );

  app.post<{ Params: { model: string }; Body: RollbackRequest; Reply: OperationsReply }>(
    "/api/models/:model/rollback",
    { schema: { body: rollbackBody } },
    async ({ params, body }) => {
      const notebook = await confineNotebook(root, body.notebook);
      await operations.rollback(notebook, params.model, withoutNotebook(body));
      return operations.read(notebook);
    },
  );
}
