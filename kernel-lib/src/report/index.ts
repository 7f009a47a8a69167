export { createReport, type ReportOptions, type ReportSummary } from "./create-report.js";
