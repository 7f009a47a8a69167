import type { NotebookPipeline } from "../model/notebook-pipeline.js";
import { ParamsForm } from "../panel/ParamsForm.js";
import { CommandButton } from "./CommandButton.js";
import { CronPreview } from "./CronPreview.js";
import { Field, Form } from "./Form.js";
import { ownTimeZone } from "./own-time-zone.js";
import { Problem } from "./Problem.js";
import { useDraft } from "./use-draft.js";

const SUBJECT = "schedule:new";

const PRESETS = [
  ["0 6 * * *", "every day at 06:00"],
  ["0 6 * * 1-5", "every weekday at 06:00"],
  ["0 6 * * 1", "every Monday at 06:00"],
  ["0 6 1 * *", "on the first of every month at 06:00"],
  ["0 * * * *", "every hour"],
  ["*/15 * * * *", "every 15 minutes"],
  ["* * * * *", "every minute"],
] as const;

export interface ScheduleFormProps {
  readonly pipeline: NotebookPipeline;
  readonly onClose: () => void;
}

/** A new schedule for the notebook in front. What was typed stays until it is added or cancelled. */
export function ScheduleForm({ pipeline, onClose }: ScheduleFormProps): JSX.Element {
  const { operations: feed, drafts } = pipeline;
  const [cron, setCron] = useDraft(drafts, "schedule-form:cron", "0 6 * * *");
  const [zone, setZone] = useDraft(drafts, "schedule-form:zone", ownTimeZone());
  const [name, setName] = useDraft(drafts, "schedule-form:name", "");
  const [params, setParams] = useDraft(drafts, "schedule-form:params", pipeline.params);
  const planned = pipeline.compiled?.plan.params ?? [];
  const preset = PRESETS.some(([expression]) => expression === cron.trim()) ? cron.trim() : "";
  const close = (): void => {
    feed.forget(SUBJECT);
    drafts.clear("schedule-form:");
    onClose();
  };
  const add = async (): Promise<void> => {
    const reply = await feed.command(SUBJECT, "add", async () => {
      // The service checks the file, and runs it later: what stands on the page is what is meant.
      await pipeline.save();
      return feed.client.addSchedule({
        cron: cron.trim(),
        ...(zone.trim() === "" ? {} : { timeZone: zone.trim() }),
        ...(name.trim() === "" ? {} : { name: name.trim() }),
        ...(Object.keys(params).length === 0 ? {} : { params }),
      });
    });
    if (reply !== null) close();
  };
  return (
    <Form title={`Schedule ${pipeline.name}`} onSubmit={() => void add()} onClose={close}>
      <Field label="repeat" id="tagline-schedule-preset">
        <select
          id="tagline-schedule-preset"
          value={preset}
          onChange={(event) => event.target.value !== "" && setCron(event.target.value)}
        >
          {PRESETS.map(([expression, words]) => (
            <option key={expression} value={expression}>
              {words}
            </option>
          ))}
          <option value="">as the expression says</option>
        </select>
      </Field>
      <Field label="cron" id="tagline-schedule-cron" hint="minute hour day month weekday">
        <input
          id="tagline-schedule-cron"
          className="tagline-Mono"
          value={cron}
          spellCheck={false}
          autoComplete="off"
          required
          aria-describedby="tagline-schedule-cron-hint tagline-schedule-preview"
          onChange={(event) => setCron(event.target.value)}
        />
      </Field>
      <Field label="time zone" id="tagline-schedule-zone">
        <input
          id="tagline-schedule-zone"
          list="tagline-time-zones"
          value={zone}
          spellCheck={false}
          placeholder="of the service's machine"
          onChange={(event) => setZone(event.target.value)}
        />
        <datalist id="tagline-time-zones">
          {Intl.supportedValuesOf("timeZone").map((each) => (
            <option key={each} value={each} />
          ))}
        </datalist>
      </Field>
      <CronPreview id="tagline-schedule-preview" client={feed.client} cron={cron} timeZone={zone} />
      <Field label="name" id="tagline-schedule-name">
        <input
          id="tagline-schedule-name"
          value={name}
          placeholder={pipeline.name}
          onChange={(event) => setName(event.target.value)}
        />
      </Field>
      {planned.length > 0 && (
        <details open={Object.keys(params).length > 0}>
          <summary>Parameters of its runs</summary>
          <ParamsForm params={planned} values={params} onChange={setParams} label="Parameters of the schedule's runs" />
        </details>
      )}
      <Problem feed={feed} subject={SUBJECT} />
      <div className="tagline-Buttons">
        <CommandButton
          feed={feed}
          subject={SUBJECT}
          verb="add"
          label="Add the schedule"
          busyLabel="Checking the notebook…"
          disabled={cron.trim() === ""}
          primary
        />
        <button type="button" className="tagline-Button" onClick={close}>
          Cancel
        </button>
      </div>
    </Form>
  );
}
