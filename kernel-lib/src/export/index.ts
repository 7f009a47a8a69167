export { type ExportDocument, type ExportOptions, exportNotebook } from "./export-notebook.js";
export { EXPORT_TARGETS, type ExportTarget } from "./export-target.js";
export type { NodeProject } from "./node-project.js";
export { toNode } from "./to-node.js";
