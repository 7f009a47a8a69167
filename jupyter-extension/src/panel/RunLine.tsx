import type { PlanParam } from "tagline/service/api";
import { orderMetrics } from "../model/order-metrics.js";
import type { RunView } from "../model/run-view.js";
import { formatMs, formatNumber } from "../model/step-view.js";
import { tellAgo } from "../model/tell-time.js";

export interface RunLineProps {
  readonly view: RunView | null;
  readonly starting: boolean;
  /** Those at their default are not told. */
  readonly params: readonly PlanParam[];
}

/** One line about the run that the graph shows. */
export function RunLine({ view, starting, params }: RunLineProps): JSX.Element | null {
  if (starting) {
    return (
      <p className="tagline-RunLine" data-run-status="starting" role="status">
        <span className="tagline-RunStatus" data-status="running">
          starting
        </span>
      </p>
    );
  }
  if (view === null) return null;
  const { document } = view;
  const running = document.status === "running";
  const over = document.steps.filter((step) => step.status !== "waiting" && step.status !== "running").length;
  const cached = document.steps.filter((step) => step.status === "cached").length;
  const defaults = new Map(params.map((param) => [param.name, JSON.stringify(param.default)]));
  const told = Object.entries(document.params).filter(([name, value]) => defaults.get(name) !== JSON.stringify(value));
  const parts = [
    running
      ? `${over} of ${document.steps.length} steps`
      : `in ${formatMs(document.durationMs)}, ${tellAgo(document.startedAt, Date.now())}`,
    !running && cached > 0 ? (cached === document.steps.length ? "all cached" : `${cached} cached`) : "",
    ...orderMetrics(document).map(([name, value]) => `${name} ${formatNumber(value)}`),
    ...told.map(([name, value]) => `${name} = ${typeof value === "string" ? value : JSON.stringify(value)}`),
  ].filter((part) => part !== "");
  return (
    <p
      className="tagline-RunLine"
      data-run={document.run}
      data-run-status={document.status}
      role="status"
      title={parts.join(" · ")}
    >
      <span className="tagline-RunStatus" data-status={document.status}>
        {document.status}
      </span>{" "}
      {parts.join(" · ")}
    </p>
  );
}
