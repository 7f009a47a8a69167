export { type ExportDocument, type ExportNodeOptions, exportNode } from "./export-node.js";
export type { NodeProject } from "./node-project.js";
export { toNode } from "./to-node.js";
