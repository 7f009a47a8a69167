import type { FastifyInstance } from "fastify";
import type { WhyReply } from "../api.js";
import { confineNotebook } from "../confine.js";
import type { ServiceContext } from "../context.js";

const whyQuery = {
  type: "object",
  required: ["name"],
  properties: { name: { type: "string", minLength: 1 }, notebook: { type: "string" } },
};

/** GET api/why. */
export function whyRoutes(app: FastifyInstance, { ports, root }: ServiceContext): void {
  app.get<{ Querystring: { name: string; notebook?: string }; Reply: WhyReply }>(
    "/api/why",
    { schema: { querystring: whyQuery } },
    async ({ query }) =>
      ports.why(query.name, query.notebook === undefined ? null : await confineNotebook(root, query.notebook)),
  );
}
