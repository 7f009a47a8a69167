import type { FastifyInstance } from "fastify";
import type { DriftReply, DriftRequest } from "../api.js";
import { confineFile, confineNotebook } from "../confine.js";
import type { ServiceContext } from "../context.js";
import { notebookBodyWith, withoutNotebook } from "./notebook-body.js";

const driftBody = notebookBodyWith(
  {
    model: { type: "string", minLength: 1 },
    version: { type: ["string", "integer"], minLength: 1 },
    current: { type: "string", minLength: 1 },
  },
  ["model", "current"],
);

/** POST api/drift. */
export function driftRoutes(app: FastifyInstance, { ports, root }: ServiceContext): void {
  app.post<{ Body: DriftRequest; Reply: DriftReply }>(
    "/api/drift",
    { schema: { body: driftBody } },
    async ({ body }) => {
      const notebook = await confineNotebook(root, body.notebook);
      const current = await confineFile(root, body.current);
      return ports.operations.checkDrift(notebook, { ...withoutNotebook(body), current });
    },
  );
}
