import type {
  AddScheduleRequest,
  DeployRequest,
  DriftReply,
  DriftRequest,
  OperationsReply,
  PromoteRequest,
  ReportReply,
  RollbackRequest,
} from "../operations-api.js";

/** The file to write, or the folder for one of a name of its own. Absolute. */
export type ReportTarget = { readonly file: string } | { readonly folder: string };

/** What keeps a project going, as the routes need it. Paths of notebooks and files are absolute and confined already. */
export interface OperationsPort {
  /** Null stands for the project of Jupyter's root folder, here and below. */
  read(notebook: string | null): Promise<OperationsReply>;
  /** Resolves to its id. */
  addSchedule(notebook: string, request: Omit<AddScheduleRequest, "notebook">): Promise<string>;
  changeSchedule(notebook: string, id: string, word: "pause" | "resume" | "remove"): Promise<void>;
  /** What a schedule runs. */
  scheduledRun(
    notebook: string,
    id: string,
  ): Promise<{ readonly notebook: string; readonly params: Readonly<Record<string, unknown>> }>;
  promote(notebook: string, model: string, request: Omit<PromoteRequest, "notebook">): Promise<void>;
  rollback(notebook: string, model: string, request: Omit<RollbackRequest, "notebook">): Promise<void>;
  /** Resolves to the deployment's name. */
  deploy(notebook: string, request: Omit<DeployRequest, "notebook">): Promise<string>;
  changeDeployment(notebook: string, name: string, word: "stop" | "start" | "restart" | "remove"): Promise<void>;
  checkDrift(notebook: string, request: Omit<DriftRequest, "notebook">): Promise<DriftReply>;
  report(notebook: string, run: string, target: ReportTarget): Promise<ReportReply>;
}
