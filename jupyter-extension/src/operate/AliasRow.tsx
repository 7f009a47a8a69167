import type { AliasStatus, DeploymentStatus } from "tagline/service/api";
import { tellAgo } from "../model/tell-time.js";
import { CommandButton } from "./CommandButton.js";
import { Field, Form } from "./Form.js";
import { followers } from "./followers.js";
import type { OperateProps } from "./operate-props.js";
import { Problem } from "./Problem.js";
import { shortAuthor } from "./short-author.js";
import { useDraft } from "./use-draft.js";

export interface AliasRowProps extends OperateProps {
  readonly model: string;
  readonly alias: AliasStatus;
  readonly deployments: readonly DeploymentStatus[];
  readonly nowMs: number;
}

/** Where an alias stands, since when and why, and the way back. */
export function AliasRow({ model, alias, deployments, nowMs, pipeline }: AliasRowProps): JSX.Element {
  const { operations: feed, drafts } = pipeline;
  const subject = `alias:${model}@${alias.alias}`;
  const [asking, setAsking] = useDraft(drafts, `${subject}:asking`, false);
  const [reason, setReason] = useDraft(drafts, `${subject}:reason`, "");
  const close = (): void => {
    drafts.clear(subject);
    feed.forget(subject);
  };
  const rollback = async (): Promise<void> => {
    const reply = await feed.command(subject, "rollback", () =>
      feed.client.rollback(model, { alias: alias.alias, ...(reason.trim() === "" ? {} : { reason: reason.trim() }) }),
    );
    if (reply !== null) close();
  };
  return (
    <li className="tagline-Row" data-alias={alias.alias} data-number={alias.number}>
      <div className="tagline-Row-head">
        <span>
          <span className="tagline-Badge" data-tone={alias.alias === "production" ? "ok" : undefined}>
            {alias.alias}
          </span>{" "}
          is <b>version {alias.number}</b>{" "}
          <span className="tagline-Quiet" title={`${alias.movedAt} by ${alias.author}`}>
            since {tellAgo(alias.movedAt, nowMs)}, by {shortAuthor(alias.author)}
          </span>
        </span>
        {alias.before !== null && !asking && (
          <button
            type="button"
            className="tagline-Button"
            data-action="rollback"
            aria-label={`Roll ${alias.alias} of ${model} back to version ${alias.before}…`}
            onClick={() => setAsking(true)}
          >
            Roll back…
          </button>
        )}
      </div>
      {alias.reason !== null && <q className="tagline-Reason">{alias.reason}</q>}
      <Problem feed={feed} subject={subject} />
      {asking && alias.before !== null && (
        <Form
          title={`Roll ${alias.alias} back to version ${alias.before}?`}
          onSubmit={() => void rollback()}
          onClose={close}
        >
          <Field label="reason" id={`tagline-${subject}-reason`} hint={followers(deployments, alias.alias)}>
            <input
              id={`tagline-${subject}-reason`}
              value={reason}
              placeholder="for those who ask later"
              onChange={(event) => setReason(event.target.value)}
            />
          </Field>
          <div className="tagline-Buttons">
            <CommandButton
              feed={feed}
              subject={subject}
              verb="rollback"
              label={`Roll back to version ${alias.before}`}
              busyLabel="Rolling back…"
              primary
            />
            <button type="button" className="tagline-Button" onClick={close}>
              Cancel
            </button>
          </div>
        </Form>
      )}
    </li>
  );
}
