import type { JupyterFrontEnd } from "@jupyterlab/application";
import { useState } from "react";
import type { NotebookPipeline } from "../model/notebook-pipeline.js";
import { EmptyState } from "./EmptyState.js";
import { PipelineTab } from "./PipelineTab.js";
import { RunsTab } from "./RunsTab.js";

export interface PanelViewProps {
  readonly pipeline: NotebookPipeline | null;
  readonly commands: JupyterFrontEnd["commands"];
}

const TABS = ["Pipeline", "Runs"] as const;

/** Tabs over what they show, for the notebook in front. */
export function PanelView({ pipeline, commands }: PanelViewProps): JSX.Element {
  const [tab, setTab] = useState<(typeof TABS)[number]>("Pipeline");
  if (pipeline === null || !pipeline.isReady)
    return <EmptyState reason={pipeline === null ? "no-notebook" : "opening"} />;
  if (!pipeline.hasTaglineKernel) return <EmptyState reason="other-kernel" />;
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
            onClick={() => setTab(name)}
            onKeyDown={(event) => {
              if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
              const other = TABS[(TABS.indexOf(name) + 1) % TABS.length] ?? name;
              setTab(other);
              document.getElementById(`tagline-tab-${other}`)?.focus();
            }}
          >
            {name}
          </button>
        ))}
      </div>
      {pipeline.serviceState !== "ready" && (
        <p className="tagline-Banner" role="status">
          {pipeline.serviceState === "starting"
            ? "Starting the Tagline service…"
            : "The Tagline service does not answer. Trying again…"}
        </p>
      )}
      <div className="tagline-TabPanel" role="tabpanel" id="tagline-tabpanel" aria-labelledby={`tagline-tab-${tab}`}>
        {tab === "Pipeline" ? (
          <PipelineTab key={pipeline.panel.id} pipeline={pipeline} commands={commands} />
        ) : (
          <RunsTab key={pipeline.panel.id} pipeline={pipeline} />
        )}
      </div>
    </div>
  );
}
