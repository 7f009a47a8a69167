import type { ModelStatus } from "tagline/service/api";
import { CommandButton } from "./CommandButton.js";
import { Field, Form } from "./Form.js";
import type { OperateProps } from "./operate-props.js";
import { Problem } from "./Problem.js";
import { useDraft } from "./use-draft.js";

export interface DriftFormProps extends OperateProps {
  readonly model: ModelStatus;
  readonly onClose: () => void;
}

/** Which file is compared with which version's reference. */
export function DriftForm({ model, pipeline, onClose }: DriftFormProps): JSX.Element {
  const { operations: feed, drafts } = pipeline;
  const subject = `drift:${model.model}`;
  const [current, setCurrent] = useDraft(drafts, `${subject}:current`, model.suggestedCurrent ?? "");
  const [version, setVersion] = useDraft(drafts, `${subject}:version`, "");
  const close = (): void => {
    drafts.clear(`${subject}:`);
    feed.forget(subject);
    onClose();
  };
  const check = async (): Promise<void> => {
    const reply = await feed.command(subject, "check", () =>
      feed.client.checkDrift({
        model: model.model,
        current: current.trim(),
        ...(version === "" ? {} : { version: Number(version) }),
      }),
    );
    if (reply === null) return;
    close();
    drafts.set(`${subject}-columns`, {
      at: reply.drift.at,
      onlyInReference: reply.onlyInReference,
      onlyInCurrent: reply.onlyInCurrent,
    });
  };
  const production = model.aliases.find((each) => each.alias === "production");
  const usual = production?.number ?? model.versions[0]?.number;
  const id = `tagline-${subject}`;
  return (
    <Form title={`Check a file against ${model.model}`} onSubmit={() => void check()} onClose={close}>
      <Field label="file" id={`${id}-current`} hint="Rows as .json, .jsonl, .csv or .arrow, from Jupyter's root folder">
        <input
          id={`${id}-current`}
          value={current}
          required
          spellCheck={false}
          placeholder="data/today.csv"
          aria-describedby={`${id}-current-hint`}
          onChange={(event) => setCurrent(event.target.value)}
        />
      </Field>
      <Field label="reference" id={`${id}-version`}>
        <select id={`${id}-version`} value={version} onChange={(event) => setVersion(event.target.value)}>
          <option value="">
            of {production === undefined ? "the newest version" : "production"} (v{usual})
          </option>
          {model.versions
            .filter((each) => each.hasReference)
            .map((each) => (
              <option key={each.number} value={String(each.number)}>
                of version {each.number}
              </option>
            ))}
        </select>
      </Field>
      <Problem feed={feed} subject={subject} />
      <div className="tagline-Buttons">
        <CommandButton
          feed={feed}
          subject={subject}
          verb="check"
          label="Check"
          busyLabel="Checking…"
          disabled={current.trim() === ""}
          primary
        />
        <button type="button" className="tagline-Button" onClick={close}>
          Cancel
        </button>
      </div>
    </Form>
  );
}
