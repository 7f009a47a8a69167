import type { ModelStatus } from "tagline/service/api";
import { CommandButton } from "./CommandButton.js";
import { Field, Form } from "./Form.js";
import type { OperateProps } from "./operate-props.js";
import { Problem } from "./Problem.js";
import { useDraft } from "./use-draft.js";

/** So many versions can be picked by number; others have an alias, or their number is on the command line. */
const PICKABLE = 50;

export interface DeployFormProps extends OperateProps {
  readonly model: ModelStatus;
  /** What is chosen at first: an alias, `newest`, a number; empty: production, and the newest until that is set. */
  readonly pick: string;
  readonly onClose: () => void;
}

/** What is served, under which name and on which port. */
export function DeployForm({ model, pick: first, pipeline, onClose }: DeployFormProps): JSX.Element {
  const { operations: feed, drafts } = pipeline;
  const subject = `deploy:${model.model}`;
  const [pick, setPick] = useDraft(drafts, `${subject}:pick:${first}`, first);
  const [name, setName] = useDraft(drafts, `${subject}:name`, "");
  const [port, setPort] = useDraft(drafts, `${subject}:port`, "");
  const close = (): void => {
    drafts.clear(`${subject}:`);
    feed.forget(subject);
    onClose();
  };
  const deploy = async (): Promise<void> => {
    const reply = await feed.command(subject, "deploy", () =>
      feed.client.deploy({
        model: model.model,
        ...(pick === "" ? {} : { pick: /^\d+$/.test(pick) ? Number(pick) : pick }),
        ...(name.trim() === "" ? {} : { name: name.trim() }),
        ...(port === "" ? {} : { port: Number(port) }),
      }),
    );
    if (reply !== null) close();
  };
  const production = model.aliases.find((each) => each.alias === "production");
  const others = model.aliases.filter((each) => each.alias !== "production" && each.alias !== "newest");
  const known = feed.reply?.deployments.find((each) => each.name === (name.trim() || model.model));
  const id = `tagline-${subject}`;
  return (
    <Form title={`Deploy ${model.model}`} onSubmit={() => void deploy()} onClose={close}>
      <Field
        label="serve"
        id={`${id}-pick`}
        hint={
          /^\d+$/.test(pick)
            ? "Stays at this version until you deploy another."
            : "Moves along by itself, without a request lost."
        }
      >
        <select id={`${id}-pick`} value={pick} onChange={(event) => setPick(event.target.value)}>
          <option value="">
            follow production{" "}
            {production === undefined ? "(the newest until it is set)" : `(v${production.number} now)`}
          </option>
          <option value="newest">follow the newest (v{model.versions[0]?.number} now)</option>
          {others.map((each) => (
            <option key={each.alias} value={each.alias}>
              follow {each.alias} (v{each.number} now)
            </option>
          ))}
          {model.versions
            .filter((each, index) => index < PICKABLE || String(each.number) === pick)
            .map((each) => (
              <option key={each.number} value={String(each.number)}>
                version {each.number}
              </option>
            ))}
        </select>
      </Field>
      <Field
        label="name"
        id={`${id}-name`}
        hint={known === undefined ? undefined : `Changes the deployment ${known.name}.`}
      >
        <input
          id={`${id}-name`}
          value={name}
          placeholder={model.model}
          spellCheck={false}
          onChange={(event) => setName(event.target.value)}
        />
      </Field>
      <Field label="port" id={`${id}-port`}>
        <input
          id={`${id}-port`}
          type="number"
          min={1}
          max={65535}
          value={port}
          placeholder="8080, or the next free one"
          onChange={(event) => setPort(event.target.value)}
        />
      </Field>
      <Problem feed={feed} subject={subject} />
      <div className="tagline-Buttons">
        <CommandButton feed={feed} subject={subject} verb="deploy" label="Deploy" busyLabel="Deploying…" primary />
        <button type="button" className="tagline-Button" onClick={close}>
          Cancel
        </button>
      </div>
    </Form>
  );
}
