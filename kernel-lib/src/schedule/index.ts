export { readSchedules } from "./catalog.js";
export { readCron } from "./cron.js";
export { addSchedule, findSchedule, removeSchedule, setPaused } from "./edit-schedules.js";
export { nextRun, nextRuns } from "./next-run.js";
export type { Schedule } from "./schedule.js";
export { type ScheduleState, scheduleStates } from "./schedule-state.js";
export { isServiceAlive } from "./service-mark.js";
export { type Scheduler, type SchedulerEvent, type SchedulerOptions, startScheduler } from "./start-scheduler.js";
export { checkTimeZone, formatMoment, localTimeZone } from "./time-zone.js";
