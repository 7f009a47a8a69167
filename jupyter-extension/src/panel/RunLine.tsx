import type { RunView } from "../model/run-view.js";
import { formatMs, formatNumber } from "../model/step-view.js";
import { tellAgo } from "../model/tell-time.js";

/** One line about the run that the graph shows. */
export function RunLine({ view }: { readonly view: RunView }): JSX.Element {
  const { document } = view;
  const running = document.status === "running";
  const over = document.steps.filter((step) => step.status !== "waiting" && step.status !== "running").length;
  const cached = document.steps.filter((step) => step.status === "cached").length;
  const params = Object.entries(document.params);
  return (
    <p className="tagline-RunLine" data-run={document.run} data-run-status={document.status} role="status">
      <span className="tagline-RunStatus" data-status={document.status}>
        {document.status}
      </span>
      {running
        ? ` ${over} of ${document.steps.length} steps`
        : ` in ${formatMs(document.durationMs)}, ${tellAgo(document.startedAt, Date.now())}`}
      {!running && cached > 0 && ` · ${cached === document.steps.length ? "all cached" : `${cached} cached`}`}
      {Object.entries(document.metrics)
        .slice(0, 3)
        .map(([name, value]) => (
          <span key={name}>
            {" "}
            · {name} <b>{formatNumber(value)}</b>
          </span>
        ))}
      {params.length > 0 && (
        <span className="tagline-RunParams">
          {" "}
          ·{" "}
          {params
            .slice(0, 4)
            .map(([name, value]) => `${name} = ${typeof value === "string" ? value : JSON.stringify(value)}`)
            .join(", ")}
        </span>
      )}
    </p>
  );
}
