import type { OperateProps } from "./operate-props.js";

export interface RunLinkProps extends OperateProps {
  readonly run: string;
  /** Of the run; null where that is not known. */
  readonly notebook: string | null;
}

/** The way to a run in the Runs tab, of its notebook where that is another one. */
export function RunLink({ run, notebook, pipeline, commands, onShow }: RunLinkProps): JSX.Element {
  const short = run.slice(-6);
  if (notebook === null) return <code title={run}>{short}</code>;
  const other = notebook !== pipeline.path;
  return (
    <button
      type="button"
      className="tagline-Link tagline-RunLink"
      data-run={run}
      title={other ? `Open ${notebook} and show run ${run}` : `Show run ${run}`}
      aria-label={`Run ${short}`}
      onClick={() => {
        onShow({ tab: "Runs", run });
        if (other) void commands.execute("docmanager:open", { path: notebook });
      }}
    >
      <code>{short}</code>
    </button>
  );
}
