import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { IStatusBar } from "@jupyterlab/statusbar";
import { StatusItem } from "../status/StatusItem.js";
import { CommandIds, IPipelines, IServiceClient } from "../tokens.js";

export const status: JupyterFrontEndPlugin<void> = {
  id: "tagline-jupyter:status",
  description: "Tells in the status bar what Tagline does.",
  autoStart: true,
  requires: [IPipelines, IServiceClient],
  optional: [IStatusBar],
  activate: (app: JupyterFrontEnd, all: IPipelines, service: IServiceClient, bar: IStatusBar | null) => {
    if (bar === null) return;
    const item = new StatusItem(all, service, () => void app.commands.execute(CommandIds.showPanel));
    bar.registerStatusItem("tagline-jupyter:status", {
      item,
      align: "left",
      rank: 20,
      isActive: () => all.current?.hasTaglineKernel === true,
      activeStateChanged: item.activeChanged,
    });
  },
};
