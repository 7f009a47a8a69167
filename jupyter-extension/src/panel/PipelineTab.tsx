import type { JupyterFrontEnd } from "@jupyterlab/application";
import { useState } from "react";
import { readRole } from "tagline/notebook";
import { notebookSteps } from "../cells/notebook-steps.js";
import { revealCell } from "../cells/reveal-cell.js";
import { GraphView } from "../graph/GraphView.js";
import type { NotebookPipeline } from "../model/notebook-pipeline.js";
import { listProblems } from "../model/problems.js";
import { isEdited } from "../model/step-code.js";
import { stepColours } from "../model/step-colours.js";
import { viewStep } from "../model/step-view.js";
import { CommandIds } from "../tokens.js";
import { Diagnostics } from "./Diagnostics.js";
import { ParamsForm } from "./ParamsForm.js";
import { RunBar } from "./RunBar.js";
import { RunLine } from "./RunLine.js";
import { StepDetail } from "./StepDetail.js";
import { useNow } from "./use-now.js";

export interface PipelineTabProps {
  readonly pipeline: NotebookPipeline;
  readonly commands: JupyterFrontEnd["commands"];
}

/** The live graph with what belongs to it. */
export function PipelineTab({ pipeline, commands }: PipelineTabProps): JSX.Element {
  const [showParams, setShowParams] = useState(false);
  const { compiled, notebook, runs, selected } = pipeline;
  const nowMs = useNow(runs.active ? 200 : null);
  const plan = compiled?.plan ?? null;
  const colours = stepColours(notebookSteps(notebook));
  const shared = new Set(
    notebook.cells.filter((cell) => ["parameters", "setup"].includes(readRole(cell.tags).kind)).map((cell) => cell.id),
  );
  const views = new Map(
    (plan?.steps ?? []).map((step) => [
      step.name,
      viewStep(step, runs.view, {
        edited: isEdited(step, runs.code, pipeline.facts, shared),
        starting: runs.starting,
        nowMs,
      }),
    ]),
  );
  const problems = compiled === null ? [] : listProblems(notebook, compiled.diagnostics);
  const detail = plan?.steps.find((step) => step.name === selected) ?? null;
  const detailView = detail === null ? undefined : views.get(detail.name);
  const numbers = new Map(notebook.cells.map((cell) => [cell.id, cell.index + 1]));
  const jump = (cellId: string, line: number | null): void => void revealCell(pipeline.panel, cellId, { line });
  const select = (name: string): void => {
    pipeline.selected = name;
    const cell = plan?.steps.find((step) => step.name === name)?.cells[0];
    if (cell !== undefined) void revealCell(pipeline.panel, cell, { focus: false });
  };
  return (
    <>
      <RunBar
        pipeline={pipeline}
        commands={commands}
        paramsShown={showParams}
        onParams={() => setShowParams(!showParams)}
      />
      {showParams && plan !== null && (
        <ParamsForm
          params={plan.params}
          label="Parameters of the next run"
          values={pipeline.params}
          onChange={(values) => {
            pipeline.params = values;
          }}
        />
      )}
      <RunLine view={runs.view} starting={runs.starting} params={plan?.params ?? []} />
      {pipeline.refused !== null && (
        <p className="tagline-Banner" role="alert">
          {pipeline.refused}
        </p>
      )}
      {plan === null ? (
        <div className="tagline-Empty" data-empty="reading">
          <p>
            {pipeline.serviceState === "ready"
              ? "Reading the notebook…"
              : "The graph appears as soon as the service answers."}
          </p>
        </div>
      ) : plan.steps.length === 0 ? (
        <div className="tagline-Empty" data-empty="no-steps">
          <h3>No steps yet</h3>
          <p>
            Tag a cell as a step, like <code>step:load</code>, and it appears here. Cells of one step run together; what
            a later step uses of an earlier one becomes an edge.
          </p>
          <button
            type="button"
            className="tagline-Button tagline-primary"
            onClick={() => void commands.execute(CommandIds.editStep)}
          >
            Tag this cell as a step…
          </button>
        </div>
      ) : (
        <GraphView plan={plan} views={views} colours={colours} selected={selected} onSelect={select} />
      )}
      <Diagnostics problems={problems} onJump={jump} onFix={(fix) => pipeline.fix(fix)} />
      {plan !== null && detail !== null && detailView !== undefined && (
        <StepDetail
          plan={plan}
          step={detail}
          view={detailView}
          colour={colours.get(detail.name) ?? "currentColor"}
          cellNumber={(cellId) => numbers.get(cellId) ?? null}
          onCell={jump}
          onClose={() => {
            pipeline.selected = null;
          }}
        />
      )}
    </>
  );
}
