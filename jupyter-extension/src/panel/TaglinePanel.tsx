import type { JupyterFrontEnd } from "@jupyterlab/application";
import { ReactWidget } from "@jupyterlab/ui-components";
import { icons } from "../icons.js";
import type { IPipelines } from "../tokens.js";
import { PanelView } from "./PanelView.js";
import type { Place } from "./place.js";

/** The panel in the right side bar. */
export class TaglinePanel extends ReactWidget {
  readonly #pipelines: IPipelines;
  readonly #commands: JupyterFrontEnd["commands"];
  #place: Place = { tab: "Pipeline" };

  constructor(pipelines: IPipelines, commands: JupyterFrontEnd["commands"]) {
    super();
    this.id = "tagline-panel";
    this.title.icon = icons.panel;
    this.title.caption = "Tagline";
    this.addClass("tagline-Panel");
    this.#pipelines = pipelines;
    this.#commands = commands;
    pipelines.currentChanged.connect(() => this.update());
  }

  goTo(place: Place): void {
    this.#place = place;
    this.update();
  }

  protected override render(): JSX.Element {
    return (
      <PanelView
        pipeline={this.#pipelines.current}
        commands={this.#commands}
        place={this.#place}
        onShow={(place) => this.goTo(place)}
      />
    );
  }
}
