import type { Plan, PlanStep } from "tagline/service/api";
import { shorten } from "../graph/edge-label.js";
import { formatBytes, formatMs, formatNumber, type StepView } from "../model/step-view.js";
import { Sparkline } from "./Sparkline.js";

export interface StepDetailProps {
  readonly plan: Plan;
  readonly step: PlanStep;
  readonly view: StepView;
  readonly colour: string;
  /** 1-based number of a cell, or null where it is gone. */
  readonly cellNumber: (cellId: string) => number | null;
  readonly onCell: (cellId: string, line: number | null) => void;
  readonly onClose: () => void;
}

/** Everything known of one step. */
export function StepDetail({ plan, step, view, colour, cellNumber, onCell, onClose }: StepDetailProps): JSX.Element {
  const { document, said } = view;
  const error = document?.error;
  const given = new Map(
    plan.steps.flatMap((other) =>
      other.needs.filter((need) => need.from === step.name).map((need) => [need.name, need.type] as const),
    ),
  );
  const params = step.params.flatMap((name) => plan.params.filter((param) => param.name === name));
  const options = [
    step.options.timeoutS === undefined ? null : `time limit ${formatMs(step.options.timeoutS * 1000)}`,
    step.options.cache === false ? "cache off" : null,
  ].filter((text) => text !== null);
  const series = Object.entries(
    said !== null && Object.keys(said.series).length > 0 ? said.series : (document?.series ?? {}),
  ).filter(([, values]) => values.length > 1);
  return (
    <section
      className="tagline-Detail"
      data-detail={step.name}
      aria-label={`Step ${step.name}`}
      style={{ "--tagline-step": colour } as React.CSSProperties /* a custom property */}
    >
      <header>
        <h3>{step.name}</h3>
        <span className="tagline-Detail-cells">
          {step.cells.length === 1 ? "cell " : "cells "}
          {step.cells.map((cellId, index) => (
            <span key={cellId}>
              {index > 0 && ", "}
              <button type="button" className="tagline-Link" data-cell={cellId} onClick={() => onCell(cellId, null)}>
                {cellNumber(cellId) ?? "?"}
              </button>
            </span>
          ))}
        </span>
        <button type="button" className="tagline-Close" aria-label="Close the detail" title="Close" onClick={onClose}>
          ×
        </button>
      </header>
      {error !== undefined && (
        <p className="tagline-Detail-error" role="alert">
          <strong>{error.name}</strong> {error.message}{" "}
          {error.cellId !== null && (
            <button
              type="button"
              className="tagline-Link"
              data-error-cell={error.cellId}
              onClick={() => onCell(error.cellId as string /* checked above */, error.line)}
            >
              cell {cellNumber(error.cellId) ?? "?"}
              {error.line === null ? "" : `, line ${error.line}`}
            </button>
          )}
        </p>
      )}
      <table>
        <tbody>
          <Row name="needs">
            {step.needs.length === 0 ? null : (
              <Inline values={step.needs.map(({ name, type, from }) => ({ name, type, title: `from step ${from}` }))} />
            )}
          </Row>
          <Row name="params">
            {params.length === 0 ? null : (
              <Inline
                values={params.map(({ name, type, choices, description }) => ({
                  name,
                  type: choices === undefined ? type : choices.map((choice) => JSON.stringify(choice)).join(" | "),
                  title: description ?? "",
                }))}
              />
            )}
          </Row>
          <Row name="gives">
            {step.gives.length === 0
              ? null
              : step.gives.map((name) => {
                  const output = document?.outputs.find((candidate) => candidate.name === name);
                  return (
                    <Value
                      key={name}
                      name={name}
                      type={given.get(name) ?? null}
                      {...(output?.summary ? { summary: output.summary } : {})}
                    />
                  );
                })}
          </Row>
          <Row name="metrics">
            {document !== null && Object.keys(document.metrics).length > 0 ? (
              <span className="tagline-Metrics">
                {Object.entries(document.metrics).map(([name, value]) => (
                  <span key={name}>
                    {name} <b>{formatNumber(value)}</b>
                  </span>
                ))}
              </span>
            ) : null}
          </Row>
          <Row name="cost">
            {document !== null && (document.cpuMs > 0 || document.peakMemoryBytes > 0)
              ? `${formatMs(document.cpuMs)} CPU · ${formatBytes(document.peakMemoryBytes)} peak`
              : null}
          </Row>
          <Row name="options">{options.length === 0 ? null : options.join(" · ")}</Row>
          <Row name={document?.status === "cached" ? "cached" : "why"}>{document?.reason ? document.reason : null}</Row>
        </tbody>
      </table>
      {series.length > 0 && (
        <div className="tagline-Sparklines">
          {series.slice(0, 2).map(([name, values]) => (
            <Sparkline key={name} name={name} values={values} total={expectedLength(view, values.length)} />
          ))}
        </div>
      )}
      {said !== null && said.lines.length > 0 && (view.state === "running" || view.state === "failed") && (
        <pre className="tagline-Lines" title="The last lines that it wrote">
          {said.lines.slice(-8).join("\n")}
        </pre>
      )}
    </section>
  );
}

function Row({ name, children }: { readonly name: string; readonly children: React.ReactNode }): JSX.Element | null {
  if (children === null) return null;
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>{children}</td>
    </tr>
  );
}

interface InlineValue {
  readonly name: string;
  readonly type: string | null;
  readonly title: string;
}

/** `train: Example[], units: 8 | 16 | 32` */
function Inline({ values }: { readonly values: readonly InlineValue[] }): JSX.Element {
  return (
    <span className="tagline-Inline">
      {values.map(({ name, type, title }, index) => (
        <code key={name} title={[typed(name, type), title].filter(Boolean).join("\n")}>
          {shorten(typed(name, type), 60)}
          {index < values.length - 1 ? ", " : ""}
        </code>
      ))}
    </span>
  );
}

function Value({
  name,
  type,
  summary,
}: {
  readonly name: string;
  readonly type: string | null;
  readonly summary?: string;
}): JSX.Element {
  return (
    <div className="tagline-Value" title={typed(name, type)}>
      <code>{typed(name, type)}</code>
      {summary !== undefined && <span>{summary}</span>}
    </div>
  );
}

function typed(name: string, type: string | null): string {
  return type === null ? name : `${name}: ${type}`;
}

/** While a fit runs, its line leaves room for the epochs to come. */
function expectedLength(view: StepView, soFar: number): number {
  return view.fraction !== null && view.fraction > 0 ? Math.max(soFar, Math.round(soFar / view.fraction)) : soFar;
}
