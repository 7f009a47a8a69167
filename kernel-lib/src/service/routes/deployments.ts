import type { FastifyInstance } from "fastify";
import type { DeployReply, DeployRequest, NotebookRequest, OperationsReply } from "../api.js";
import { confineNotebook } from "../confine.js";
import type { ServiceContext } from "../context.js";
import { notebookBody, notebookBodyWith, withoutNotebook } from "./notebook-body.js";

const deployBody = notebookBodyWith(
  {
    model: { type: "string", minLength: 1 },
    pick: { type: ["string", "integer"] },
    name: { type: "string", minLength: 1 },
    port: { type: "integer", minimum: 0, maximum: 65535 },
  },
  ["model"],
);

/** Everything under api/deployments. */
export function deploymentRoutes(app: FastifyInstance, { ports, root }: ServiceContext): void {
  const { operations } = ports;

  app.post<{ Body: DeployRequest; Reply: DeployReply }>(
    "/api/deployments",
    { schema: { body: deployBody } },
    async ({ body }) => {
      const notebook = await confineNotebook(root, body.notebook);
      const name = await operations.deploy(notebook, withoutNotebook(body));
      return { name, ...(await operations.read(notebook)) };
    },
  );

  for (const word of ["stop", "start", "restart", "remove"] as const) {
    app.post<{ Params: { name: string }; Body: NotebookRequest; Reply: OperationsReply }>(
      `/api/deployments/:name/${word}`,
      { schema: { body: notebookBody } },
      async ({ params, body }) => {
        const notebook = await confineNotebook(root, body.notebook);
        await operations.changeDeployment(notebook, params.name, word);
        return operations.read(notebook);
      },
    );
  }
}
