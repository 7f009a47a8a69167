import { useCallback, useEffect, useState } from "react";
import type { RunDocument, RunSummary } from "tagline/service/api";
import type { NotebookPipeline } from "../model/notebook-pipeline.js";
import { formatMs, formatNumber } from "../model/step-view.js";
import { tellAgo } from "../model/tell-time.js";
import { WhyView } from "./WhyView.js";

/** The notebook's past runs, newest first, with their numbers and what they were given. */
export function RunsTab({ pipeline }: { readonly pipeline: NotebookPipeline }): JSX.Element {
  const [runs, setRuns] = useState<readonly RunSummary[] | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [sessions, setSessions] = useState(false);
  const [open, setOpen] = useState<string | null>(null);
  const shown = pipeline.runs.view?.document;
  // Runs that begin or end, and a service that comes back, change the list.
  const version = `${shown?.run} ${shown?.status} ${pipeline.serviceState}`;
  const load = useCallback(() => {
    void version;
    pipeline.pastRuns().then(
      (found) => {
        setRuns(found);
        setProblem(null);
      },
      (error: unknown) => setProblem(error instanceof Error ? error.message : String(error)),
    );
  }, [pipeline, version]);
  useEffect(load, [load]);
  const listed = (runs ?? []).filter((run) => sessions || run.kind === "pipeline");
  return (
    <div className="tagline-Runs">
      <div className="tagline-RunBar">
        <button type="button" className="tagline-Button" onClick={load}>
          Refresh
        </button>
        <label>
          <input type="checkbox" checked={sessions} onChange={(event) => setSessions(event.target.checked)} /> kernel
          sessions too
        </label>
      </div>
      {problem !== null && (
        <p className="tagline-Banner" role="alert">
          {problem}
        </p>
      )}
      {runs !== null && listed.length === 0 && (
        <div className="tagline-Empty" data-empty="no-runs">
          <h3>No runs yet</h3>
          <p>
            Press ▶ Run in the Pipeline tab, or call <code>npx tagline run {pipeline.path}</code>: every run is listed
            here with its numbers.
          </p>
        </div>
      )}
      <ul aria-label="Runs">
        {listed.map((run) => (
          <li key={run.run} data-run={run.run} data-status={run.status}>
            <button
              type="button"
              className="tagline-Run"
              aria-expanded={open === run.run}
              onClick={() => setOpen(open === run.run ? null : run.run)}
            >
              <span className="tagline-Run-head">
                <span className="tagline-RunStatus" data-status={run.status}>
                  {run.kind === "session" ? "session" : run.status}
                </span>
                <span title={run.startedAt}>{tellAgo(run.startedAt, Date.now())}</span>
                <span>{run.durationMs === null ? "" : formatMs(run.durationMs)}</span>
                <code title={run.run}>{run.run.slice(-6)}</code>
              </span>
              <span className="tagline-Metrics">
                {Object.entries(run.metrics).map(([name, value]) => (
                  <span key={name}>
                    {name} <b>{formatNumber(value)}</b>
                  </span>
                ))}
              </span>
              {Object.keys(run.params).length > 0 && (
                <span className="tagline-Run-params">
                  {Object.entries(run.params)
                    .map(([name, value]) => `${name} = ${typeof value === "string" ? value : JSON.stringify(value)}`)
                    .join(", ")}
                </span>
              )}
            </button>
            {open === run.run && <RunDetail pipeline={pipeline} run={run} />}
          </li>
        ))}
      </ul>
    </div>
  );
}

function RunDetail({ pipeline, run }: { readonly pipeline: NotebookPipeline; readonly run: RunSummary }): JSX.Element {
  const [document, setDocument] = useState<RunDocument | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [why, setWhy] = useState<string | null>(null);
  useEffect(() => {
    if (run.kind !== "pipeline") return;
    pipeline
      .pastRun(run.run)
      .then(setDocument, (error: unknown) => setProblem(error instanceof Error ? error.message : String(error)));
  }, [pipeline, run]);
  return (
    <div className="tagline-Run-detail">
      {problem !== null && <p className="tagline-Problem">{problem}</p>}
      {document !== null && (
        <table>
          <tbody>
            {document.steps.map((step) => (
              <tr key={step.name}>
                <th scope="row">{step.name}</th>
                <td>
                  <span className="tagline-Node-state" data-state={step.status}>
                    {step.status}
                  </span>
                </td>
                <td>{formatMs(step.durationMs)}</td>
                <td className="tagline-Run-reason" title={step.reason}>
                  {step.error?.message ?? step.reason}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <p className="tagline-Run-why">
        {Object.keys(run.metrics).map((name) => (
          <button
            key={name}
            type="button"
            className="tagline-Link"
            aria-expanded={why === name}
            onClick={() => setWhy(why === name ? null : name)}
          >
            why {name}?
          </button>
        ))}
        <span>by {run.author}</span>
      </p>
      {why !== null && <WhyView pipeline={pipeline} name={`metric:${why}@${run.run}`} />}
    </div>
  );
}
