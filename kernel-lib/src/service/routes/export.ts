import { readdir } from "node:fs/promises";
import type { FastifyInstance } from "fastify";
import type { ExportReply, ExportRequest } from "../api.js";
import { confineNew, confineNotebook } from "../confine.js";
import type { ServiceContext } from "../context.js";
import { ServiceError } from "../errors.js";

const exportBody = {
  type: "object",
  required: ["notebook", "to", "out"],
  additionalProperties: false,
  properties: {
    notebook: { type: "string" },
    to: { type: "string", enum: ["node"] },
    out: { type: "string", minLength: 1 },
  },
};

/** POST api/export. */
export function exportRoutes(app: FastifyInstance, { ports, root }: ServiceContext): void {
  app.post<{ Body: ExportRequest; Reply: ExportReply }>(
    "/api/export",
    { schema: { body: exportBody } },
    async ({ body }) => {
      const notebook = await confineNotebook(root, body.notebook);
      const out = await confineNew(root, body.out);
      if (await taken(out))
        throw new ServiceError(
          "folder-taken",
          `Cannot export to ${body.out}: it exists and is not empty; name a new folder.`,
        );
      return ports.exportTo(notebook, body.to, out);
    },
  );
}

async function taken(folder: string): Promise<boolean> {
  try {
    return (await readdir(folder)).length > 0;
  } catch (error) {
    // ENOENT: free. ENOTDIR: a file stands there.
    return (error as NodeJS.ErrnoException).code !== "ENOENT"; // fs errors carry a code
  }
}
