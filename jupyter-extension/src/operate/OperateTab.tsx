import { useEffect } from "react";
import type { OperationsReply } from "tagline/service/api";
import type { OperateProps } from "./operate-props.js";

export interface OperateTabProps extends OperateProps {
  /** `schedules`, `deployments`: what does not go on while no service keeps it. */
  readonly kept: "schedules" | "deployments" | null;
  readonly children: (reply: OperationsReply) => React.ReactNode;
}

/** Keeps a tab's list fresh while it is looked at; says what is missing. The last list stays where the service is lost. */
export function OperateTab({ pipeline, kept, children }: OperateTabProps): JSX.Element {
  const { operations: feed, serviceState, path } = pipeline;
  useEffect(() => {
    void path; // another path may be another project
    return feed.watch();
  }, [feed, path]);
  useEffect(() => {
    if (serviceState === "ready") void feed.refresh(); // at once when it comes back
  }, [feed, serviceState]);
  const { reply, problem } = feed;
  return (
    <div className="tagline-Operate" aria-busy={reply === null && problem === null}>
      {problem !== null && serviceState === "ready" && (
        <p className="tagline-Banner" role="alert">
          {problem}
        </p>
      )}
      {reply !== null && !reply.service && kept !== null && (
        <p className="tagline-Banner tagline-warning" role="status" data-service-kept="false">
          No service keeps this project's {kept} going now. Run <code>npx tagline service</code> in its folder, or start
          JupyterLab there.
        </p>
      )}
      {reply?.problems.map((each) => (
        <p key={each} className="tagline-Banner tagline-warning" role="alert">
          {each}
        </p>
      ))}
      {reply !== null
        ? children(reply)
        : problem === null && (
            <div className="tagline-Empty">
              <p>Looking…</p>
            </div>
          )}
    </div>
  );
}
