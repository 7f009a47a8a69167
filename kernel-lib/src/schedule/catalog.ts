import { changeCatalog, readCatalog } from "./catalog-list.js";
import { checkSchedules } from "./check-schedules.js";
import { isEnabledHere } from "./enabled-here.js";
import type { Schedule } from "./schedule.js";

const list = { name: "schedules", check: checkSchedules };

/**
 * The schedules of a project, in the order of the file; none where there is no catalog. Those that nobody has turned on on
 * this machine count as paused. @throws {UsageError}
 */
export function readSchedules(root: string): readonly Schedule[] {
  return readCatalog(root, list).map((schedule) =>
    isEnabledHere(root, { kind: "schedule", id: schedule.id }) ? schedule : { ...schedule, paused: true },
  );
}

/** Ids of those that would fire, had they not only come with the catalog. */
export function schedulesOffHere(root: string): readonly string[] {
  return readCatalog(root, list)
    .filter(({ id, paused }) => !paused && !isEnabledHere(root, { kind: "schedule", id }))
    .map(({ id }) => id);
}

/** See `changeCatalog`. */
export function changeSchedules<T>(
  root: string,
  change: (schedules: readonly Schedule[]) => { readonly schedules: readonly Schedule[]; readonly result: T },
): Promise<T> {
  return changeCatalog(root, list, (before) => {
    const { schedules, result } = change(before);
    return { list: schedules, result };
  });
}
