import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { INotebookTracker, type NotebookPanel } from "@jupyterlab/notebook";
import { Signal } from "@lumino/signaling";
import { tellEnd } from "../actions.js";
import type { ServiceClient } from "../client/service-client.js";
import { NotebookPipeline } from "../model/notebook-pipeline.js";
import { IPipelines, IServiceClient } from "../tokens.js";

export const pipelines: JupyterFrontEndPlugin<IPipelines> = {
  id: "tagline-jupyter:pipelines",
  description: "Compiles each open notebook as it is edited, and follows its runs.",
  autoStart: true,
  requires: [INotebookTracker, IServiceClient],
  provides: IPipelines,
  activate: (_app: JupyterFrontEnd, tracker: INotebookTracker, service: IServiceClient) =>
    new Pipelines(tracker, service),
};

class Pipelines implements IPipelines {
  readonly currentChanged: Signal<IPipelines, NotebookPipeline | null> = new Signal<
    IPipelines,
    NotebookPipeline | null
  >(this);
  readonly added: Signal<IPipelines, NotebookPipeline> = new Signal<IPipelines, NotebookPipeline>(this);
  readonly #client: ServiceClient;
  readonly #all = new Map<NotebookPanel, NotebookPipeline>();
  #current: NotebookPipeline | null = null;

  constructor(tracker: INotebookTracker, service: ServiceClient) {
    this.#client = service;
    tracker.forEach((panel) => {
      this.#add(panel);
    });
    tracker.widgetAdded.connect((_sender, panel) => void this.#add(panel));
    tracker.currentChanged.connect((_sender, panel) => this.#show(panel));
    this.#show(tracker.currentWidget);
  }

  get current(): NotebookPipeline | null {
    return this.#current;
  }

  of(panel: NotebookPanel): NotebookPipeline | null {
    return this.#all.get(panel) ?? null;
  }

  #add(panel: NotebookPanel): NotebookPipeline {
    const known = this.#all.get(panel);
    if (known !== undefined) return known;
    const pipeline = new NotebookPipeline(panel, this.#client);
    this.#all.set(panel, pipeline);
    panel.disposed.connect(() => this.#all.delete(panel));
    pipeline.runs.ended.connect((_sender, view) => {
      tellEnd(pipeline, view);
      void pipeline.operations.refresh(); // it may have made a version
    });
    pipeline.changed.connect(() => {
      if (pipeline === this.#current) this.currentChanged.emit(pipeline);
    });
    this.added.emit(pipeline);
    return pipeline;
  }

  #show(panel: NotebookPanel | null): void {
    this.#current = panel === null ? null : this.#add(panel);
    this.currentChanged.emit(this.#current);
  }
}
