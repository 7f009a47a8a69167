import { LabIcon, runIcon, stopIcon } from "@jupyterlab/ui-components";
import type { Title, Widget } from "@lumino/widgets";

type Renderer = NonNullable<Title<Widget>["icon"]>;

/** Three steps and their edges. */
const panel = new LabIcon({
  name: "tagline-jupyter:tagline",
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24"><g class="jp-icon3 jp-icon-selectable" fill="#616161"><rect x="8" y="2" width="8" height="6" rx="1.5"/><rect x="2" y="16" width="8" height="6" rx="1.5"/><rect x="14" y="16" width="8" height="6" rx="1.5"/><path d="M11.2 8h1.6v3.2h6V16h-1.6v-3.2H6.8V16H5.2v-4.8h6z"/></g></svg>`,
});

/** A label with its hole. */
const tag = new LabIcon({
  name: "tagline-jupyter:tag",
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24"><path class="jp-icon3" fill="#616161" d="M21.4 11.6l-9-9A2 2 0 0 0 11 2H4a2 2 0 0 0-2 2v7c0 .55.22 1.05.59 1.41l9 9a2 2 0 0 0 2.82 0l7-7a2 2 0 0 0 0-2.82zM13 20 4 11V4h7l9 9zM6.5 5A1.5 1.5 0 1 1 5 6.5 1.5 1.5 0 0 1 6.5 5z"/></svg>`,
});

// LabIcon says `unrender?: … | undefined` where Lumino says `unrender?: …`: the same at run time.
const renderer = (icon: LabIcon): Renderer => icon as Renderer;

export const icons = {
  panel: renderer(panel),
  run: renderer(runIcon),
  stop: renderer(stopIcon),
  tag: renderer(tag),
};
