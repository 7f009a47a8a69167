import type { FastifyInstance } from "fastify";
import type { FactsRequest } from "../api.js";
import { confineNew } from "../confine.js";
import type { ServiceContext } from "../context.js";

const factsBody = {
  type: "object",
  required: ["notebook", "cells"],
  additionalProperties: false,
  properties: {
    notebook: { type: "string" },
    cells: {
      type: "array",
      items: {
        type: "object",
        required: ["id", "source", "tags"],
        additionalProperties: false,
        properties: {
          id: { type: "string" },
          source: { type: "string" },
          tags: { type: "array", items: { type: "string" } },
          index: { type: "integer", minimum: 0 },
        },
      },
    },
    speed: { type: "string", enum: ["bind", "check"] },
    known: { type: "object", additionalProperties: { type: "string" } },
  },
};

/** POST api/facts. The notebook need not be saved yet: its path only tells where imports are looked up. */
export function factsRoutes(app: FastifyInstance, context: ServiceContext): void {
  app.post<{ Body: FactsRequest }>("/api/facts", { schema: { body: factsBody } }, async ({ body }) => {
    const notebook = await confineNew(context.root, body.notebook);
    return context.ports.facts(notebook, body);
  });
}
