import { SplitPanel, type Widget } from "@lumino/widgets";

/** Gives a side panel at least that width, at the cost of its widest neighbour; JupyterLab itself starts all panels alike. */
export function widen(widget: Widget, widthPx: number): void {
  let child: Widget = widget;
  let { parent } = widget;
  while (parent !== null && !(parent instanceof SplitPanel && parent.orientation === "horizontal")) {
    child = parent;
    parent = parent.parent;
  }
  if (!(parent instanceof SplitPanel)) return;
  const shown = parent.widgets.filter((one) => one.isVisible);
  const sizes = parent.widgets.map((one) => (one.isVisible ? one.node.getBoundingClientRect().width : 0));
  const own = parent.widgets.indexOf(child);
  const widest = sizes.indexOf(Math.max(...sizes));
  const lack = widthPx - (sizes[own] ?? 0);
  if (shown.length < 2 || lack <= 0 || widest === own || (sizes[widest] ?? 0) - lack < widthPx) return;
  parent.setRelativeSizes(sizes.map((size, i) => (i === own ? size + lack : i === widest ? size - lack : size)));
}
