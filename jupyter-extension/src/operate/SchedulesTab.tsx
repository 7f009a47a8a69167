import { PathExt } from "@jupyterlab/coreutils";
import type { ScheduleStatus } from "tagline/service/api";
import { useNow } from "../panel/use-now.js";
import { OperateTab } from "./OperateTab.js";
import type { OperateProps } from "./operate-props.js";
import { ScheduleForm } from "./ScheduleForm.js";
import { ScheduleRow } from "./ScheduleRow.js";
import { useDraft } from "./use-draft.js";

/** Draft that says whether the form for a new schedule is open. */
export const SCHEDULE_FORM = "schedule-form";

/** When the project's notebooks run by themselves: those of the notebook in front first. */
export function SchedulesTab(props: OperateProps): JSX.Element {
  const { pipeline } = props;
  const [adding, setAdding] = useDraft(pipeline.drafts, SCHEDULE_FORM, false);
  const nowMs = useNow(10_000);
  return (
    <OperateTab {...props} kept="schedules">
      {({ schedules }) => {
        const own = schedules.filter((each) => each.notebook === pipeline.path);
        const others = schedules.filter((each) => each.notebook !== pipeline.path);
        return (
          <>
            <div className="tagline-RunBar" role="toolbar" aria-label="Schedules">
              <button
                type="button"
                className="tagline-Button"
                data-action="add-schedule"
                aria-expanded={adding}
                onClick={() => setAdding(!adding)}
              >
                Schedule this notebook…
              </button>
            </div>
            <div className="tagline-Operate-scroll">
              {adding && <ScheduleForm pipeline={pipeline} onClose={() => setAdding(undefined)} />}
              {schedules.length === 0 && !adding && (
                <div className="tagline-Empty" data-empty="no-schedules">
                  <h3>No schedules yet</h3>
                  <p>
                    Press <b>Schedule this notebook…</b> to run {pipeline.name} by itself, every morning for instance.
                    Or in a terminal:{" "}
                    <code>npx tagline schedule add {PathExt.basename(pipeline.path)} --cron "0 6 * * *"</code>
                  </p>
                </div>
              )}
              <List {...props} schedules={own} label="Schedules of this notebook" nowMs={nowMs} />
              {others.length > 0 && (
                <>
                  <h3 className="tagline-Heading">Other notebooks of the project</h3>
                  <List {...props} schedules={others} label="Schedules of other notebooks" nowMs={nowMs} />
                </>
              )}
            </div>
          </>
        );
      }}
    </OperateTab>
  );
}

interface ListProps extends OperateProps {
  readonly schedules: readonly ScheduleStatus[];
  readonly label: string;
  readonly nowMs: number;
}

function List({ schedules, label, ...props }: ListProps): JSX.Element | null {
  if (schedules.length === 0) return null;
  return (
    <ul className="tagline-Rows" aria-label={label}>
      {schedules.map((schedule) => (
        <ScheduleRow key={schedule.id} {...props} schedule={schedule} />
      ))}
    </ul>
  );
}
