import type { JupyterFrontEnd } from "@jupyterlab/application";
import type { NotebookPipeline } from "../model/notebook-pipeline.js";
import { ModelsTab } from "../operate/ModelsTab.js";
import { SchedulesTab } from "../operate/SchedulesTab.js";
import { EmptyState } from "./EmptyState.js";
import { PipelineTab } from "./PipelineTab.js";
import { type Place, type Show, TABS, type Tab } from "./place.js";
import { RunsTab } from "./RunsTab.js";

export interface PanelViewProps {
  readonly pipeline: NotebookPipeline | null;
  readonly commands: JupyterFrontEnd["commands"];
  readonly place: Place;
  readonly onShow: Show;
}

/** Where an arrow, Home or End leads from a tab. */
function tabAfter(tab: Tab, key: string): Tab | undefined {
  const index = TABS.indexOf(tab);
  if (key === "ArrowRight") return TABS[(index + 1) % TABS.length];
  if (key === "ArrowLeft") return TABS[(index + TABS.length - 1) % TABS.length];
  if (key === "Home") return TABS[0];
  return key === "End" ? TABS.at(-1) : undefined;
}

/** Tabs over what they show, for the notebook in front. */
export function PanelView({ pipeline, commands, place, onShow }: PanelViewProps): JSX.Element {
  if (pipeline === null || !pipeline.isReady)
    return <EmptyState reason={pipeline === null ? "no-notebook" : "opening"} />;
  if (!pipeline.hasTaglineKernel) return <EmptyState reason="other-kernel" />;
  const { tab } = place;
  const props = { pipeline, commands, onShow };
  return (
    <div className="tagline-PanelView" data-service={pipeline.serviceState} data-notebook={pipeline.path}>
      <div className="tagline-Tabs" role="tablist" aria-label="Tagline">
        {TABS.map((name) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`tagline-tab-${name}`}
            aria-selected={tab === name}
            aria-controls="tagline-tabpanel"
            tabIndex={tab === name ? 0 : -1}
            onClick={() => onShow({ tab: name })}
            onKeyDown={(event) => {
              const other = tabAfter(name, event.key);
              if (other === undefined) return;
              event.preventDefault();
              onShow({ tab: other });
              document.getElementById(`tagline-tab-${other}`)?.focus();
            }}
          >
            {name}
          </button>
        ))}
      </div>
      {pipeline.serviceState !== "ready" && (
        <p className="tagline-Banner tagline-warning" role="status">
          {pipeline.serviceState === "starting"
            ? "Starting the Tagline service…"
            : "The Tagline service does not answer. Trying again…"}
        </p>
      )}
      <div className="tagline-TabPanel" role="tabpanel" id="tagline-tabpanel" aria-labelledby={`tagline-tab-${tab}`}>
        {tab === "Pipeline" && <PipelineTab key={pipeline.panel.id} {...props} />}
        {tab === "Runs" && <RunsTab key={pipeline.panel.id} {...props} run={place.run ?? null} />}
        {tab === "Models" && <ModelsTab key={pipeline.panel.id} {...props} />}
        {tab === "Schedules" && <SchedulesTab key={pipeline.panel.id} {...props} />}
      </div>
    </div>
  );
}
