import { PathExt } from "@jupyterlab/coreutils";
import type { ScheduleStatus } from "tagline/service/api";
import { cronWords } from "../model/cron-words.js";
import { tellAgo, tellMoment, tellUntil } from "../model/tell-time.js";
import { CommandButton } from "./CommandButton.js";
import { Form } from "./Form.js";
import type { OperateProps } from "./operate-props.js";
import { ownTimeZone } from "./own-time-zone.js";
import { Problem } from "./Problem.js";
import { RunLink } from "./RunLink.js";
import { useDraft } from "./use-draft.js";

export interface ScheduleRowProps extends OperateProps {
  readonly schedule: ScheduleStatus;
  readonly nowMs: number;
}

/** One schedule: when, what comes next, what became of the last moment, and the commands on it. */
export function ScheduleRow({ schedule, nowMs, ...props }: ScheduleRowProps): JSX.Element {
  const { pipeline, commands } = props;
  const { operations: feed, drafts } = pipeline;
  const { id, notebook, last, missed, paused } = schedule;
  const subject = `schedule:${id}`;
  const [removing, setRemoving] = useDraft(drafts, `${subject}:removing`, false);
  const [started, setStarted] = useDraft<string | null>(drafts, `${subject}:started`, null);
  const name = schedule.name ?? (notebook === null ? id : PathExt.basename(notebook, ".ipynb"));
  const words = cronWords(schedule.cron);
  const [next, ...later] = schedule.next;
  const params = Object.entries(schedule.params);
  const change = (verb: "pause" | "resume" | "remove"): void =>
    void feed
      .command(subject, verb, () => feed.client.changeSchedule(id, verb))
      .then((reply) => {
        if (reply !== null) setRemoving(undefined);
      });
  const runNow = async (): Promise<void> => {
    const reply = await feed.command(subject, "run", () => feed.client.runSchedule(id));
    if (reply === null) return;
    setStarted(reply.run);
    if (notebook === pipeline.path) void pipeline.runs.findLast();
  };
  return (
    <li className="tagline-Row" data-schedule={id} data-paused={paused}>
      <div className="tagline-Row-head">
        <h4 title={id}>{name}</h4>
        {paused && <span className="tagline-Badge">paused</span>}
        {notebook !== null && notebook !== pipeline.path && (
          <button
            type="button"
            className="tagline-Link"
            title={`Open ${notebook}`}
            onClick={() => void commands.execute("docmanager:open", { path: notebook })}
          >
            {PathExt.basename(notebook)}
          </button>
        )}
      </div>
      <dl className="tagline-Facts">
        <dt>when</dt>
        <dd>
          {words !== null && <>{words} · </>}
          <code>{schedule.cron}</code>
          {schedule.timeZone !== ownTimeZone() && ` · ${schedule.timeZone} time`}
        </dd>
        {next !== undefined && (
          <>
            <dt>next</dt>
            <dd title={schedule.next.map((each) => new Date(each).toString()).join("\n")}>
              <b>{tellMoment(next, nowMs)}</b> {tellUntil(next, nowMs)}
              {later.length > 0 && (
                <span className="tagline-Quiet">, then {later.map((each) => tellMoment(each, nowMs)).join(", ")}</span>
              )}
            </dd>
          </>
        )}
        <dt>last</dt>
        <dd>
          {last === null ? (
            <span className="tagline-Quiet">{paused ? "never fired" : "not yet"}</span>
          ) : (
            <>
              <span className="tagline-RunStatus" data-status={last.status ?? "failed"}>
                {last.status ?? "did not start"}
              </span>{" "}
              <span title={last.due}>{tellAgo(last.due, nowMs)}</span>{" "}
              {last.status !== null && <RunLink {...props} run={last.run} notebook={notebook} />}
            </>
          )}
        </dd>
        {missed.count > 0 && (
          <>
            <dt>missed</dt>
            <dd className="tagline-Warn">
              {missed.count} in the last day
              {missed.newest !== null && `, the last at ${tellMoment(missed.newest, nowMs)}`}
              <span className="tagline-Quiet"> (no service lived, or the run before still went on)</span>
            </dd>
          </>
        )}
        {params.length > 0 && (
          <>
            <dt>with</dt>
            <dd>{params.map(([key, value]) => `${key} = ${value}`).join(", ")}</dd>
          </>
        )}
        {started !== null && (
          <>
            <dt>now</dt>
            <dd role="status">
              started <RunLink {...props} run={started} notebook={notebook} />
            </dd>
          </>
        )}
      </dl>
      <Problem feed={feed} subject={subject} />
      {removing ? (
        <Form
          title={`Remove the schedule ${name}?`}
          onSubmit={() => change("remove")}
          onClose={() => setRemoving(undefined)}
        >
          <p>It fires no more. Its runs stay.</p>
          <div className="tagline-Buttons">
            <CommandButton feed={feed} subject={subject} verb="remove" label="Remove" busyLabel="Removing…" primary />
            <button type="button" className="tagline-Button" onClick={() => setRemoving(undefined)}>
              Keep it
            </button>
          </div>
        </Form>
      ) : (
        <div className="tagline-Buttons">
          <CommandButton
            feed={feed}
            subject={subject}
            verb="run"
            label="Run now"
            busyLabel="Starting…"
            spoken={`Run ${name} now`}
            onPress={() => void runNow()}
          />
          {paused ? (
            <CommandButton
              feed={feed}
              subject={subject}
              verb="resume"
              label="Resume"
              busyLabel="Resuming…"
              spoken={`Resume ${name}`}
              onPress={() => change("resume")}
            />
          ) : (
            <CommandButton
              feed={feed}
              subject={subject}
              verb="pause"
              label="Pause"
              busyLabel="Pausing…"
              spoken={`Pause ${name}`}
              onPress={() => change("pause")}
            />
          )}
          <button
            type="button"
            className="tagline-Button"
            data-action="remove"
            aria-label={`Remove ${name}…`}
            disabled={feed.doing(subject).verb !== null}
            onClick={() => setRemoving(true)}
          >
            Remove…
          </button>
        </div>
      )}
    </li>
  );
}
