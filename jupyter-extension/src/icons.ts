import { LabIcon, runIcon, stopIcon, tagIcon } from "@jupyterlab/ui-components";
import type { Title, Widget } from "@lumino/widgets";

type Renderer = NonNullable<Title<Widget>["icon"]>;

/** Three steps and their edges. */
const panel = new LabIcon({
  name: "tagline-jupyter:tagline",
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24"><g class="jp-icon3 jp-icon-selectable" fill="#616161"><rect x="8" y="2" width="8" height="6" rx="1.5"/><rect x="2" y="16" width="8" height="6" rx="1.5"/><rect x="14" y="16" width="8" height="6" rx="1.5"/><path d="M11.2 8h1.6v3.2h6V16h-1.6v-3.2H6.8V16H5.2v-4.8h6z"/></g></svg>`,
});

// LabIcon says `unrender?: … | undefined` where Lumino says `unrender?: …`: the same at run time.
const renderer = (icon: LabIcon): Renderer => icon as Renderer;

export const icons = {
  panel: renderer(panel),
  run: renderer(runIcon),
  stop: renderer(stopIcon),
  tag: renderer(tagIcon),
};
