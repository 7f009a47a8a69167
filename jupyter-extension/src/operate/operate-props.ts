import type { JupyterFrontEnd } from "@jupyterlab/application";
import type { NotebookPipeline } from "../model/notebook-pipeline.js";
import type { Show } from "../panel/place.js";

/** What every part of the Models and Schedules tabs is given. */
export interface OperateProps {
  readonly pipeline: NotebookPipeline;
  readonly commands: JupyterFrontEnd["commands"];
  readonly onShow: Show;
}
