import type { OperationsFeed } from "../model/operations-feed.js";

/** What went wrong with the last command on a thing, until it is put away. */
export function Problem({ feed, subject }: { readonly feed: OperationsFeed; readonly subject: string }): JSX.Element {
  const { problem } = feed.doing(subject);
  // The element stays, so that screen readers tell what appears in it.
  return (
    <div role="alert" data-problem={subject}>
      {problem !== null && (
        <p className="tagline-Trouble">
          <span>{problem}</span>
          <button
            type="button"
            className="tagline-Close"
            aria-label="Put this message away"
            onClick={() => feed.forget(subject)}
          >
            ×
          </button>
        </p>
      )}
    </div>
  );
}
