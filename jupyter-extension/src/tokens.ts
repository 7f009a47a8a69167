import type { NotebookPanel } from "@jupyterlab/notebook";
import { Token } from "@lumino/coreutils";
import type { ISignal } from "@lumino/signaling";
import type { ServiceClient } from "./client/service-client.js";
import type { NotebookPipeline } from "./model/notebook-pipeline.js";

export type IServiceClient = ServiceClient;
export const IServiceClient = new Token<IServiceClient>(
  "tagline-jupyter:IServiceClient",
  "Talks to the Tagline service behind Jupyter's login.",
);

/** The pipelines of the open notebooks. */
export interface IPipelines {
  /** Of the notebook in front, or null. */
  readonly current: NotebookPipeline | null;
  /** Another notebook came in front, or the current one changed. */
  readonly currentChanged: ISignal<IPipelines, NotebookPipeline | null>;
  /** A notebook was opened. */
  readonly added: ISignal<IPipelines, NotebookPipeline>;
  of(panel: NotebookPanel): NotebookPipeline | null;
}
export const IPipelines = new Token<IPipelines>("tagline-jupyter:IPipelines", "The pipelines of the open notebooks.");

export const CommandIds = {
  run: "tagline:run",
  cancel: "tagline:cancel",
  editStep: "tagline:edit-step",
  exportNode: "tagline:export",
  report: "tagline:report",
  schedule: "tagline:schedule",
  showModels: "tagline:show-models",
  showPanel: "tagline:show-panel",
} as const;
