import type { JupyterFrontEnd } from "@jupyterlab/application";
import { InputDialog, Notification } from "@jupyterlab/apputils";
import { PathExt } from "@jupyterlab/coreutils";
import { revealCell } from "./cells/reveal-cell.js";
import type { NotebookPipeline } from "./model/notebook-pipeline.js";
import { orderMetrics } from "./model/order-metrics.js";
import type { RunView } from "./model/run-view.js";
import { formatMs, formatNumber } from "./model/step-view.js";

/** Starts a run; says so where it cannot. */
export async function runPipeline(pipeline: NotebookPipeline): Promise<void> {
  try {
    await pipeline.run();
  } catch (error) {
    Notification.error(messageOf(error), { autoClose: 8000 });
  }
}

export async function cancelRun(pipeline: NotebookPipeline): Promise<void> {
  try {
    await pipeline.runs.cancel();
  } catch (error) {
    Notification.error(messageOf(error), { autoClose: 8000 });
  }
}

/** Asks for a folder and writes the pipeline there as a plain Node project. */
export async function exportPipeline(pipeline: NotebookPipeline, commands: JupyterFrontEnd["commands"]): Promise<void> {
  const folder = PathExt.dirname(pipeline.path);
  const answer = await InputDialog.getText({
    title: "Export as a Node project",
    label: "A new or empty folder, from Jupyter's root:",
    text: PathExt.join(folder, `${pipeline.name}-pipeline`),
    okLabel: "Export",
  });
  const out = answer.value?.trim();
  if (!answer.button.accept || out === undefined || out === "") return;
  const id = Notification.emit(`Exporting ${pipeline.name}…`, "in-progress", { autoClose: false });
  try {
    await pipeline.save();
    const reply = await pipeline.exportTo(out);
    Notification.update({
      id,
      message: `${pipeline.name} is exported to ${out}: ${reply.files.length} files. Run it there with npm install && npm start.`,
      type: "success",
      autoClose: 10_000,
      actions: commands.hasCommand("filebrowser:go-to-path")
        ? [{ label: "Show the folder", callback: () => void commands.execute("filebrowser:go-to-path", { path: out }) }]
        : [],
    });
  } catch (error) {
    Notification.update({ id, message: messageOf(error), type: "error", autoClose: 10_000 });
  }
}

/** Writes a run's report and opens it beside the notebook; a problem is told at the run. */
export async function openReport(
  { operations }: Pick<NotebookPipeline, "operations">,
  run: string,
  commands: JupyterFrontEnd["commands"],
): Promise<void> {
  const reply = await operations.command(`run:${run}`, "report", () => operations.client.report(run));
  if (reply === null) return;
  // JupyterLab's own viewer keeps HTML in a sandbox; where it is missing, the text is better than nothing.
  await commands.execute("docmanager:open", {
    path: reply.path,
    factory: "HTML Viewer",
    options: { mode: "split-right" },
  });
  if (reply.warnings.length > 0) Notification.warning(reply.warnings.join(" "), { autoClose: 10_000 });
}

/** The same from a menu, where no run is beside which a problem could be told. */
export async function openLastReport(pipeline: NotebookPipeline, commands: JupyterFrontEnd["commands"]): Promise<void> {
  await openReport(pipeline, "latest", commands);
  const { problem } = pipeline.operations.doing("run:latest");
  if (problem === null) return;
  pipeline.operations.forget("run:latest");
  Notification.error(problem, { autoClose: 8000 });
}

/** Says how a run ended. */
export function tellEnd(pipeline: NotebookPipeline, { document }: RunView): void {
  const time = formatMs(document.durationMs);
  if (document.status === "succeeded") {
    const cached = document.steps.filter((step) => step.status === "cached").length;
    const work =
      cached === document.steps.length
        ? `all ${cached} steps cached`
        : `${document.steps.length - cached} steps done${cached > 0 ? `, ${cached} cached` : ""}`;
    const [metric] = orderMetrics(document);
    Notification.success(
      `${pipeline.name}: ${work} in ${time}${metric === undefined ? "" : ` · ${metric[0]} ${formatNumber(metric[1])}`}`,
      { autoClose: 5000 },
    );
  } else if (document.status === "cancelled") {
    Notification.info(`${pipeline.name}: cancelled after ${time}`, { autoClose: 5000 });
  } else {
    const failed = document.steps.find((step) => step.status === "failed");
    const { error } = failed ?? {};
    const cellId = error?.cellId ?? null;
    const why =
      error?.message.split("\n")[0] ??
      document.diagnostics.find((diagnostic) => diagnostic.severity === "error")?.message;
    Notification.error(
      `${pipeline.name}: ${failed === undefined ? "the run failed" : `step ${failed.name} failed`}${why === undefined ? "" : `: ${why}`}`,
      {
        autoClose: 10_000,
        actions:
          cellId === null
            ? []
            : [
                {
                  label: "Show the cell",
                  callback: () => void revealCell(pipeline.panel, cellId, { line: error?.line ?? null }),
                },
              ],
      },
    );
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
