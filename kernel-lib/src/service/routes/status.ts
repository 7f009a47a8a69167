import type { FastifyInstance } from "fastify";
import type { ActiveRun, StatusReply } from "../api.js";
import type { ServiceContext } from "../context.js";
import { fromRoot } from "../from-root.js";

/** GET api/status. */
export function statusRoutes(app: FastifyInstance, { ports, desk, root, version }: ServiceContext): void {
  app.get<{ Reply: StatusReply }>("/api/status", async () => {
    const own: ActiveRun[] = desk.active().map(({ document, notebook }) => ({
      run: document.run,
      notebook: fromRoot(root, notebook),
      startedAt: document.startedAt,
    }));
    const seen = new Set(own.map((run) => run.run));
    const others = (await ports.activeRuns()).filter((run) => !seen.has(run.run));
    return { version, root, active: [...own, ...others] };
  });
}
