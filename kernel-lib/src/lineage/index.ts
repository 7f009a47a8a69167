export { findAuthor } from "./author.js";
export type * from "./cell-trace.js";
export { compareHlc, type Hlc, HybridClock } from "./clock.js";
export type * from "./events.js";
export { type LineageLog, type OpenLogOptions, openLog } from "./open-log.js";
export { findProjectRoot, type ProjectFiles, prepareProject, projectFiles } from "./project.js";
export { compareEvents, type LogContents, LogTail, readLog } from "./read-log.js";
export type { SegmentProblem } from "./read-segment.js";
export { looksSecret, maskText } from "./secrets.js";
