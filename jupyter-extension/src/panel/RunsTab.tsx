import { useCallback, useEffect, useRef, useState } from "react";
import type { RunDocument, RunSummary } from "tagline/service/api";
import { openReport } from "../actions.js";
import { formatMs, formatNumber } from "../model/step-view.js";
import { tellAgo } from "../model/tell-time.js";
import { CommandButton } from "../operate/CommandButton.js";
import type { OperateProps } from "../operate/operate-props.js";
import { Problem } from "../operate/Problem.js";
import { shortAuthor } from "../operate/short-author.js";
import { WhyView } from "./WhyView.js";

/** So many metrics are shown of a run that is not open. */
const FIRST_METRICS = 6;

export interface RunsTabProps extends OperateProps {
  /** One to open, wherever somebody came from. */
  readonly run: string | null;
}

/** The notebook's past runs, newest first, with their numbers and what they were given. */
export function RunsTab({ run: wanted, ...props }: RunsTabProps): JSX.Element {
  const { pipeline } = props;
  const [runs, setRuns] = useState<readonly RunSummary[] | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [sessions, setSessions] = useState(false);
  const [open, setOpen] = useState<string | null>(wanted);
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
  useEffect(() => setOpen(wanted), [wanted]);
  const listed = (runs ?? []).filter((run) => sessions || run.kind === "pipeline" || run.run === wanted);
  const missing = wanted !== null && runs !== null && !runs.some((run) => run.run === wanted);
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
      {(problem !== null || missing) && (
        <p className="tagline-Banner" role="alert">
          {problem ?? `Run ${wanted} is not in this notebook's list: it did not start, or it belongs to another one.`}
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
          <RunRow
            key={run.run}
            {...props}
            run={run}
            open={open === run.run}
            wanted={wanted === run.run}
            onToggle={() => setOpen(open === run.run ? null : run.run)}
          />
        ))}
      </ul>
    </div>
  );
}

interface RunRowProps extends OperateProps {
  readonly run: RunSummary;
  readonly open: boolean;
  readonly wanted: boolean;
  readonly onToggle: () => void;
}

function RunRow({ run, open, wanted, onToggle, ...props }: RunRowProps): JSX.Element {
  const row = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (wanted) row.current?.scrollIntoView({ block: "nearest" });
  }, [wanted]);
  const metrics = Object.entries(run.metrics);
  const told = open ? metrics : metrics.slice(0, FIRST_METRICS);
  return (
    <li ref={row} data-run={run.run} data-status={run.status}>
      <button type="button" className="tagline-Run" aria-expanded={open} onClick={onToggle}>
        <span className="tagline-Run-head">
          <span className="tagline-RunStatus" data-status={run.status}>
            {run.kind === "session" ? "session" : run.status}
          </span>
          <span title={run.startedAt}>{tellAgo(run.startedAt, Date.now())}</span>
          <span>{run.durationMs === null ? "" : formatMs(run.durationMs)}</span>
          <code title={run.run}>{run.run.slice(-6)}</code>
        </span>
        <span className="tagline-Metrics">
          {told.map(([name, value]) => (
            <span key={name}>
              {name} <b>{formatNumber(value)}</b>
            </span>
          ))}
          {told.length < metrics.length && <span className="tagline-Quiet">+{metrics.length - told.length}</span>}
        </span>
        {Object.keys(run.params).length > 0 && (
          <span className="tagline-Run-params">
            {Object.entries(run.params)
              .map(([name, value]) => `${name} = ${typeof value === "string" ? value : JSON.stringify(value)}`)
              .join(", ")}
          </span>
        )}
      </button>
      {open && <RunDetail {...props} run={run} />}
    </li>
  );
}

function RunDetail({ run, pipeline, commands }: OperateProps & { readonly run: RunSummary }): JSX.Element {
  const { operations: feed } = pipeline;
  const [document, setDocument] = useState<RunDocument | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [why, setWhy] = useState("");
  useEffect(() => {
    if (run.kind !== "pipeline") return;
    pipeline
      .pastRun(run.run)
      .then(setDocument, (error: unknown) => setProblem(error instanceof Error ? error.message : String(error)));
  }, [pipeline, run]);
  const metrics = Object.keys(run.metrics);
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
                <td className="tagline-Run-reason" title={step.error?.message ?? step.reason}>
                  {step.error?.message ?? step.reason}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <div className="tagline-Run-tools">
        <CommandButton
          feed={feed}
          subject={`run:${run.run}`}
          verb="report"
          label="Report"
          busyLabel="Writing…"
          spoken={`Write and open a report of run ${run.run.slice(-6)}`}
          title="Write one HTML file that needs no network, and open it"
          disabled={run.status === "running"}
          onPress={() => void openReport(pipeline, run.run, commands)}
        />
        {metrics.length > 0 && (
          <label>
            why{" "}
            <select value={why} onChange={(event) => setWhy(event.target.value)}>
              <option value="">…</option>
              {metrics.map((name) => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
            </select>
            ?
          </label>
        )}
        <span className="tagline-Run-author" title={run.author}>
          by {shortAuthor(run.author)}
        </span>
      </div>
      <Problem feed={feed} subject={`run:${run.run}`} />
      {why !== "" && <WhyView pipeline={pipeline} name={`metric:${why}@${run.run}`} />}
    </div>
  );
}
