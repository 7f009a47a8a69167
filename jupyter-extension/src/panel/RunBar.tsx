import type { JupyterFrontEnd } from "@jupyterlab/application";
import { cancelRun, exportPipeline, runPipeline } from "../actions.js";
import type { NotebookPipeline } from "../model/notebook-pipeline.js";
import { CommandIds } from "../tokens.js";

export interface RunBarProps {
  readonly pipeline: NotebookPipeline;
  readonly commands: JupyterFrontEnd["commands"];
  readonly paramsShown: boolean;
  readonly onParams: () => void;
}

/** Run or Cancel, the parameters of the next run, and the ways out. */
export function RunBar({ pipeline, commands, paramsShown, onParams }: RunBarProps): JSX.Element {
  const { compiled, runs, serviceState } = pipeline;
  const hasSteps = (compiled?.plan.steps.length ?? 0) > 0;
  const set = Object.entries(pipeline.params);
  return (
    <div className="tagline-RunBar" role="toolbar" aria-label="Pipeline">
      {runs.active ? (
        <button
          type="button"
          className="tagline-Button"
          data-action="cancel"
          disabled={runs.cancelling || runs.view?.document.status !== "running"}
          onClick={() => void cancelRun(pipeline)}
        >
          ■ {runs.cancelling ? "Cancelling…" : "Cancel"}
        </button>
      ) : (
        <button
          type="button"
          className="tagline-Button tagline-primary"
          data-action="run"
          disabled={!hasSteps || serviceState !== "ready"}
          title="Run the pipeline (Ctrl/⌘ Shift Enter)"
          onClick={() => void runPipeline(pipeline)}
        >
          ▶ Run
        </button>
      )}
      <button
        type="button"
        className="tagline-Button"
        data-action="params"
        aria-expanded={paramsShown}
        disabled={compiled === null}
        onClick={onParams}
      >
        Parameters…
      </button>
      <button
        type="button"
        className="tagline-Button"
        data-action="export"
        disabled={!hasSteps || serviceState !== "ready"}
        onClick={() => void exportPipeline(pipeline, commands)}
      >
        Export…
      </button>
      <button
        type="button"
        className="tagline-Button"
        data-action="schedule"
        disabled={!hasSteps}
        onClick={() => void commands.execute(CommandIds.schedule)}
      >
        Schedule…
      </button>
      {set.length > 0 && !paramsShown && (
        <span className="tagline-Chips" title="Parameters set for the next run">
          {set.map(([name, value]) => (
            <span key={name} className="tagline-Chip">
              {name} = {typeof value === "string" ? value : JSON.stringify(value)}
            </span>
          ))}
        </span>
      )}
    </div>
  );
}
