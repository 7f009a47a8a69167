import { catalogValue } from "../lineage/catalog-value.js";

/** A schedule of the notebook, as the project's catalog has it. */
export interface ProjectSchedule {
  readonly id: string;
  /** Five fields, six with seconds first, or a word such as `@daily`. */
  readonly cron: string;
  readonly timeZone: string;
  readonly paused: boolean;
  /** Values by param name, as they were given. */
  readonly params: Readonly<Record<string, string>>;
}

/** The schedules of one notebook, in the order of the catalog. A catalog that cannot be read has none: `tagline schedule` says so. */
export function readProjectSchedules(root: string, notebook: string): ProjectSchedule[] {
  const found = catalogValue(root, "schedules");
  const schedules = Array.isArray(found) ? found : [];
  return schedules.flatMap((one: Partial<ProjectSchedule> & { readonly notebook?: string }) =>
    one?.notebook === notebook && typeof one.cron === "string"
      ? [
          {
            id: String(one.id ?? ""),
            cron: one.cron,
            timeZone: one.timeZone ?? "UTC",
            paused: one.paused === true,
            params: one.params ?? {},
          },
        ]
      : [],
  );
}
