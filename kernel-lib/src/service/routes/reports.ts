import { posix } from "node:path";
import type { FastifyInstance } from "fastify";
import type { ReportReply, ReportRequest } from "../api.js";
import { confineNew, confineNotebook } from "../confine.js";
import type { ServiceContext } from "../context.js";
import { ServiceError } from "../errors.js";
import { notebookBodyWith } from "./notebook-body.js";

const reportBody = notebookBodyWith(
  { run: { type: "string", pattern: "^[0-9A-Za-z:_-]+$" }, out: { type: "string", minLength: 1 } },
  ["run"],
);

/** POST api/reports. */
export function reportRoutes(app: FastifyInstance, { ports, root }: ServiceContext): void {
  app.post<{ Body: ReportRequest; Reply: ReportReply }>(
    "/api/reports",
    { schema: { body: reportBody } },
    async ({ body }) => {
      const notebook = await confineNotebook(root, body.notebook);
      // A report overwrites a report, and no notebook or data.
      if (body.out !== undefined && !/\.html?$/i.test(body.out))
        throw new ServiceError("bad-request", `Cannot write a report to ${body.out}: name an .html file.`);
      const beside = posix.join(posix.dirname(body.notebook), "reports");
      const target =
        body.out === undefined
          ? { folder: await confineNew(root, beside) }
          : { file: await confineNew(root, body.out) };
      return ports.operations.report(notebook, body.run, target);
    },
  );
}
