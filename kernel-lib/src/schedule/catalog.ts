import { changeCatalog, readCatalog } from "./catalog-list.js";
import { checkSchedules } from "./check-schedules.js";
import type { Schedule } from "./schedule.js";

const list = { name: "schedules", check: checkSchedules };

/** The schedules of a project, in the order of the file; none where there is no catalog. @throws {UsageError} */
export function readSchedules(root: string): readonly Schedule[] {
  return readCatalog(root, list);
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
