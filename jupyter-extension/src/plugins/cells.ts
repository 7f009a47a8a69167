import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { StepMenu } from "../cells/StepMenu.js";
import { StepControls } from "../cells/step-controls.js";
import type { NotebookPipeline } from "../model/notebook-pipeline.js";
import { IPipelines } from "../tokens.js";

export const cells: JupyterFrontEndPlugin<void> = {
  id: "tagline-jupyter:cells",
  description: "A coloured band and a pill with the step's name on each code cell.",
  autoStart: true,
  requires: [IPipelines],
  activate: (_app: JupyterFrontEnd, all: IPipelines) => {
    // The pipeline's signal keeps the controls as long as the notebook is open.
    const add = (pipeline: NotebookPipeline): void => void new StepControls(pipeline, StepMenu.open);
    if (all.current !== null) add(all.current);
    all.added.connect((_sender, pipeline) => add(pipeline));
  },
};
