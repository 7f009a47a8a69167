export type EmptyReason = "no-notebook" | "opening" | "other-kernel";

/** What to do when there is nothing to show. */
export function EmptyState({ reason }: { readonly reason: EmptyReason }): JSX.Element {
  return (
    <div className="tagline-Empty" data-empty={reason}>
      {reason === "no-notebook" && (
        <>
          <h3>No notebook in front</h3>
          <p>
            Open a notebook, or make a new one with the kernel <b>TypeScript (Tagline)</b>. Its pipeline appears here as
            you tag its cells.
          </p>
        </>
      )}
      {reason === "opening" && <p>Opening the notebook…</p>}
      {reason === "other-kernel" && (
        <p>
          This notebook runs on another kernel: choose <b>TypeScript (Tagline)</b> at the top right of the notebook to
          make a pipeline of it.
        </p>
      )}
    </div>
  );
}
