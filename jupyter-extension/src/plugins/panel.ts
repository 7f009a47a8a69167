import { ILabShell, ILayoutRestorer, type JupyterFrontEnd, type JupyterFrontEndPlugin } from "@jupyterlab/application";
import { ICommandPalette } from "@jupyterlab/apputils";
import { ISettingRegistry } from "@jupyterlab/settingregistry";
import { SCHEDULE_FORM } from "../operate/SchedulesTab.js";
import { TaglinePanel } from "../panel/TaglinePanel.js";
import { widen } from "../panel/widen.js";
import { CommandIds, IPipelines } from "../tokens.js";

const ID = "tagline-jupyter:panel";
/** The browser remembers that the panel was shown once; after that the person decides. */
const SHOWN_KEY = "tagline-jupyter:panel-shown";
/** Two nodes beside each other fit. */
const WIDTH_PX = 390;

export const panel: JupyterFrontEndPlugin<void> = {
  id: ID,
  description: "The panel with the pipeline's graph, diagnostics, runs, models and schedules.",
  autoStart: true,
  requires: [IPipelines],
  optional: [ILabShell, ILayoutRestorer, ICommandPalette, ISettingRegistry],
  activate: (
    app: JupyterFrontEnd,
    all: IPipelines,
    shell: ILabShell | null,
    restorer: ILayoutRestorer | null,
    palette: ICommandPalette | null,
    settings: ISettingRegistry | null,
  ) => {
    const widget = new TaglinePanel(all, app.commands);
    app.shell.add(widget, "right", { rank: 50, type: "Tagline" });
    restorer?.add(widget, "tagline-panel");
    app.commands.addCommand(CommandIds.showPanel, {
      label: "Show the Tagline Panel",
      execute: () => app.shell.activateById(widget.id),
    });
    const here = (): boolean => all.current?.hasTaglineKernel === true;
    app.commands.addCommand(CommandIds.showModels, {
      label: "Models and Deployments",
      caption: "Versions, deployments and drift of the project's models (Tagline)",
      isEnabled: here,
      execute: () => {
        widget.goTo({ tab: "Models" });
        app.shell.activateById(widget.id);
      },
    });
    app.commands.addCommand(CommandIds.schedule, {
      label: "Schedule This Notebook…",
      caption: "Run the notebook's pipeline again and again, at set times (Tagline)",
      isEnabled: here,
      execute: () => {
        all.current?.drafts.set(SCHEDULE_FORM, true);
        widget.goTo({ tab: "Schedules" });
        app.shell.activateById(widget.id);
      },
    });
    for (const command of [CommandIds.showPanel, CommandIds.showModels, CommandIds.schedule])
      palette?.addItem({ command, category: "Tagline" });
    all.currentChanged.connect(() => {
      app.commands.notifyCommandChanged(CommandIds.showModels);
      app.commands.notifyCommandChanged(CommandIds.schedule);
    });

    // Opened by itself the first time a notebook with our kernel comes in front, without taking the focus.
    let wanted = shell !== null && window.localStorage.getItem(SHOWN_KEY) === null;
    const openOnce = async (): Promise<void> => {
      const pipeline = all.current;
      if (!wanted || shell === null || pipeline === null || !pipeline.isReady || !pipeline.hasTaglineKernel) return;
      wanted = false;
      await app.restored;
      const { openPanel } = settings === null ? { openPanel: true } : (await settings.load(ID)).composite;
      if (openPanel === false) return;
      window.localStorage.setItem(SHOWN_KEY, "true");
      shell.activateById(widget.id);
      // Laid out after this turn: its width is not known before.
      window.requestAnimationFrame(() => widen(widget, WIDTH_PX));
      shell.activateById(pipeline.panel.id);
    };
    all.currentChanged.connect(() => void openOnce());
    void openOnce();
  },
};
