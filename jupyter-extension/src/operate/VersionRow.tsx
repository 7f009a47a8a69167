import type { DeploymentStatus, ModelStatus, ModelVersionStatus } from "tagline/service/api";
import { formatNumber } from "../model/step-view.js";
import { tellAgo } from "../model/tell-time.js";
import type { OperateProps } from "./operate-props.js";
import { Problem } from "./Problem.js";
import { PromoteForm } from "./PromoteForm.js";
import { RunLink } from "./RunLink.js";
import { shortAuthor } from "./short-author.js";
import { useDraft } from "./use-draft.js";

/** So many metrics are shown at first. */
const FIRST_METRICS = 4;

export interface VersionRowProps extends OperateProps {
  readonly model: ModelStatus;
  readonly version: ModelVersionStatus;
  readonly deployments: readonly DeploymentStatus[];
  readonly newest: boolean;
  readonly nowMs: number;
  readonly onDeploy: () => void;
}

/** One version: its aliases, its numbers, the run that made it, and the commands on it. */
export function VersionRow(props: VersionRowProps): JSX.Element {
  const { model, version, deployments, newest, nowMs, onDeploy, ...operate } = props;
  const { operations: feed, drafts } = operate.pipeline;
  const subject = `version:${model.model}@${version.number}`;
  const [promoting, setPromoting] = useDraft(drafts, `${subject}:promoting`, false);
  const [all, setAll] = useDraft(drafts, `${subject}:metrics`, false);
  const metrics = Object.entries(version.metrics);
  const shown = all ? metrics : metrics.slice(0, FIRST_METRICS);
  const called = `version ${version.number} of ${model.model}`;
  return (
    <li className="tagline-Row" data-version={version.number}>
      <div className="tagline-Row-head">
        <h5 title={`sha256 ${version.id}`}>v{version.number}</h5>
        <span className="tagline-Badges">
          {version.aliases.map((alias) => (
            <span key={alias} className="tagline-Badge" data-tone={alias === "production" ? "ok" : undefined}>
              {alias}
            </span>
          ))}
          {newest && <span className="tagline-Badge">newest</span>}
        </span>
        <span className="tagline-Quiet" title={`${version.createdAt} by ${version.author}`}>
          {tellAgo(version.createdAt, nowMs)}, run{" "}
          <RunLink {...operate} run={version.run} notebook={version.notebook} />
          {` by ${shortAuthor(version.author)}`}
        </span>
      </div>
      {metrics.length > 0 && (
        <p className="tagline-Metrics">
          {shown.map(([name, value]) => (
            <span key={name}>
              {name} <b>{formatNumber(value)}</b>
            </span>
          ))}
          {shown.length < metrics.length && (
            <button
              type="button"
              className="tagline-Link"
              aria-label={`All metrics of ${called}`}
              onClick={() => setAll(true)}
            >
              +{metrics.length - shown.length}
            </button>
          )}
        </p>
      )}
      <Problem feed={feed} subject={subject} />
      {promoting ? (
        <PromoteForm
          pipeline={operate.pipeline}
          model={model}
          version={version}
          subject={subject}
          deployments={deployments}
          onClose={() => {
            drafts.clear(`${subject}:promote`);
            setPromoting(undefined);
            feed.forget(subject);
          }}
        />
      ) : (
        <div className="tagline-Buttons">
          <button
            type="button"
            className="tagline-Button"
            data-action="promote"
            aria-label={`Promote ${called}…`}
            onClick={() => setPromoting(true)}
          >
            Promote…
          </button>
          <button
            type="button"
            className="tagline-Button"
            data-action="deploy-version"
            aria-label={`Deploy ${called}…`}
            onClick={onDeploy}
          >
            Deploy…
          </button>
        </div>
      )}
    </li>
  );
}
