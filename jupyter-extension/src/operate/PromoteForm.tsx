import type { DeploymentStatus, ModelStatus, ModelVersionStatus } from "tagline/service/api";
import type { NotebookPipeline } from "../model/notebook-pipeline.js";
import { CommandButton } from "./CommandButton.js";
import { Field, Form } from "./Form.js";
import { followers } from "./followers.js";
import { useDraft } from "./use-draft.js";

export interface PromoteFormProps {
  readonly pipeline: NotebookPipeline;
  readonly model: ModelStatus;
  readonly version: ModelVersionStatus;
  readonly subject: string;
  readonly deployments: readonly DeploymentStatus[];
  readonly onClose: () => void;
}

/** Asks before an alias moves, says what moves with it, and keeps the reason. */
export function PromoteForm({
  pipeline,
  model,
  version,
  subject,
  deployments,
  onClose,
}: PromoteFormProps): JSX.Element {
  const { operations: feed, drafts } = pipeline;
  const [alias, setAlias] = useDraft(drafts, `${subject}:promote-alias`, "production");
  const [reason, setReason] = useDraft(drafts, `${subject}:promote-reason`, "");
  const name = alias.trim();
  const now = model.aliases.find((each) => each.alias === name);
  const promote = async (): Promise<void> => {
    const reply = await feed.command(subject, "promote", () =>
      feed.client.promote(model.model, {
        version: version.number,
        alias: name,
        ...(reason.trim() === "" ? {} : { reason: reason.trim() }),
      }),
    );
    if (reply !== null) onClose();
  };
  const id = `tagline-${subject}`;
  return (
    <Form title={`Promote version ${version.number}`} onSubmit={() => void promote()} onClose={onClose}>
      <Field
        label="alias"
        id={`${id}-alias`}
        hint={`${
          now === undefined
            ? `${name} is not set yet.`
            : now.number === version.number
              ? `${name} is this version already.`
              : `${name} moves from version ${now.number} to ${version.number}.`
        } ${followers(deployments, name)}`}
      >
        <input
          id={`${id}-alias`}
          list={`${id}-aliases`}
          value={alias}
          required
          spellCheck={false}
          aria-describedby={`${id}-alias-hint`}
          onChange={(event) => setAlias(event.target.value)}
        />
        <datalist id={`${id}-aliases`}>
          {[...new Set(["production", "staging", ...model.aliases.map((each) => each.alias)])].map((each) => (
            <option key={each} value={each} />
          ))}
        </datalist>
      </Field>
      <Field label="reason" id={`${id}-reason`}>
        <input
          id={`${id}-reason`}
          value={reason}
          placeholder="for those who ask later"
          onChange={(event) => setReason(event.target.value)}
        />
      </Field>
      <div className="tagline-Buttons">
        <CommandButton
          feed={feed}
          subject={subject}
          verb="promote"
          label={name === "" ? "Promote" : `Promote to ${name}`}
          busyLabel="Promoting…"
          disabled={name === ""}
          primary
        />
        <button type="button" className="tagline-Button" onClick={onClose}>
          Cancel
        </button>
      </div>
    </Form>
  );
}
