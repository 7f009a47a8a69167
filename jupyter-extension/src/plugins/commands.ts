import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { ICommandPalette } from "@jupyterlab/apputils";
import { cancelRun, exportPipeline, openLastReport, runPipeline } from "../actions.js";
import { StepMenu } from "../cells/StepMenu.js";
import { findPill } from "../cells/step-controls.js";
import { icons } from "../icons.js";
import type { NotebookPipeline } from "../model/notebook-pipeline.js";
import { CommandIds, IPipelines } from "../tokens.js";

/** Menus, toolbar buttons and keys of these commands stand in schema/commands.json. */
export const commands: JupyterFrontEndPlugin<void> = {
  id: "tagline-jupyter:commands",
  description: "Run, cancel, report and export a pipeline; put a cell into a step.",
  autoStart: true,
  requires: [IPipelines],
  optional: [ICommandPalette],
  activate: (app: JupyterFrontEnd, all: IPipelines, palette: ICommandPalette | null) => {
    const here = (): NotebookPipeline | null => (all.current?.hasTaglineKernel ? all.current : null);
    const canRun = (): boolean => here() !== null && here()?.runs.active === false;
    app.commands.addCommand(CommandIds.run, {
      label: (args) => (args["toolbar"] ? "Pipeline" : "Run Pipeline"),
      caption: "Run the notebook's steps as a pipeline (Tagline)",
      icon: (args) => (args["toolbar"] ? icons.run : undefined),
      isEnabled: canRun,
      isVisible: (args) => !args["toolbar"] || here() !== null,
      execute: async () => {
        const pipeline = here();
        if (pipeline !== null) await runPipeline(pipeline);
      },
    });
    app.commands.addCommand(CommandIds.cancel, {
      label: "Cancel the Pipeline Run",
      icon: (args) => (args["toolbar"] ? icons.stop : undefined),
      isEnabled: () => here()?.runs.active === true,
      execute: async () => {
        const pipeline = here();
        if (pipeline !== null) await cancelRun(pipeline);
      },
    });
    app.commands.addCommand(CommandIds.exportNode, {
      label: "Export Pipeline as a Node Project…",
      isEnabled: () => here() !== null,
      execute: async () => {
        const pipeline = here();
        if (pipeline !== null) await exportPipeline(pipeline, app.commands);
      },
    });
    app.commands.addCommand(CommandIds.editStep, {
      label: "Put Cell into a Step…",
      caption: "Put this cell into a step of the pipeline",
      icon: (args) => (args["toolbar"] ? icons.tag : undefined),
      isEnabled: () => here()?.panel.content.activeCell?.model.type === "code",
      isVisible: (args) => !args["toolbar"] || here() !== null,
      execute: () => {
        const pipeline = here();
        const cell = pipeline?.panel.content.activeCell;
        if (pipeline && cell) StepMenu.open(pipeline, cell, findPill(cell) ?? cell.node);
      },
    });
    app.commands.addCommand(CommandIds.report, {
      label: "Report of the Last Run",
      caption: "Write the notebook's last run as one HTML file, and open it (Tagline)",
      isEnabled: () => here() !== null,
      execute: async () => {
        const pipeline = here();
        if (pipeline !== null) await openLastReport(pipeline, app.commands);
      },
    });
    const listed = [CommandIds.run, CommandIds.cancel, CommandIds.report, CommandIds.exportNode, CommandIds.editStep];
    for (const command of listed) {
      palette?.addItem({ command, category: "Tagline" });
    }
    all.currentChanged.connect(() => {
      app.commands.notifyCommandChanged(CommandIds.run);
      app.commands.notifyCommandChanged(CommandIds.cancel);
    });
  },
};
