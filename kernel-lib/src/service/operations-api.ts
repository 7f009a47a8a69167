import type { RequestTotals } from "../serve/deploy/deployment-fold.js";

export type { RequestTotals } from "../serve/deploy/deployment-fold.js";

/**
 * The part of the service's HTTP API that keeps a project going: schedules, model versions, deployments, drift and
 * reports. Guards and errors are those of api.ts. Paths are relative to Jupyter's root folder; every request names a
 * notebook, and means the project of that notebook.
 *
 * | method and path | takes | gives |
 * |---|---|---|
 * | GET `api/operations?notebook=PATH` | | OperationsReply |
 * | GET `api/cron?cron=EXPRESSION&timeZone=ZONE` | | CronReply; 400 `bad-schedule` says what is wrong |
 * | POST `api/schedules` | AddScheduleRequest | AddScheduleReply; 422 `not-compiled` while the notebook has errors |
 * | POST `api/schedules/:id/run` | NotebookRequest | StartRunReply: a run like any other, with the schedule's params |
 * | POST `api/schedules/:id/pause`, `…/resume`, `…/remove` | NotebookRequest | OperationsReply |
 * | POST `api/models/:model/promote` | PromoteRequest | OperationsReply |
 * | POST `api/models/:model/rollback` | RollbackRequest | OperationsReply |
 * | POST `api/deployments` | DeployRequest | DeployReply |
 * | POST `api/deployments/:name/stop`, `…/start`, `…/restart`, `…/remove` | NotebookRequest | OperationsReply |
 * | POST `api/drift` | DriftRequest | DriftReply |
 * | POST `api/reports` | ReportRequest | ReportReply |
 *
 * An OperationsReply after a command tells how things stand then; what a deployment makes of it shows within seconds,
 * so ask again.
 */
export interface OperationsReply {
  /** True while some process (Jupyter's service or `tagline service`) fires this project's schedules and keeps its deployments up. */
  readonly service: boolean;
  /** Of the whole project, in the order of the catalog. */
  readonly schedules: readonly ScheduleStatus[];
  /** By name. */
  readonly models: readonly ModelStatus[];
  /** In the order of the catalog. */
  readonly deployments: readonly DeploymentStatus[];
  /** A sentence for each thing that cannot be read: the catalog, a version's file. */
  readonly problems: readonly string[];
}

/** All that most commands need to know: whose project. */
export interface NotebookRequest {
  readonly notebook: string;
}

export interface ScheduleStatus {
  /** What commands call it. */
  readonly id: string;
  /** As it was named; null if it was not. */
  readonly name: string | null;
  /** Relative to Jupyter's root; null where it lies outside. */
  readonly notebook: string | null;
  readonly cron: string;
  /** IANA name: `Europe/Berlin`. */
  readonly timeZone: string;
  /** As given, by param name. */
  readonly params: Readonly<Record<string, string>>;
  /** Also true where it only came with the catalog (as by git) and nobody has resumed it on this machine. */
  readonly paused: boolean;
  /** The next three moments, ISO 8601; none while it is paused. */
  readonly next: readonly string[];
  /** The newest moment that fired and its run; `status` is null where the run did not start. */
  readonly last: {
    readonly due: string;
    readonly run: string;
    readonly status: "running" | "succeeded" | "failed" | "cancelled" | null;
  } | null;
  /** Moments of the last day that nobody fired. `newest` is ISO 8601. */
  readonly missed: { readonly count: number; readonly newest: string | null };
}

export interface CronReply {
  /** The next three moments, ISO 8601. */
  readonly next: readonly string[];
  /** The zone that is meant: the one asked for, else this machine's. */
  readonly timeZone: string;
}

export interface AddScheduleRequest extends NotebookRequest {
  readonly cron: string;
  /** Default: the zone of the machine that the service runs on. */
  readonly timeZone?: string;
  /** Default: the notebook's name. */
  readonly name?: string;
  /** Texts as typed, or values. */
  readonly params?: Readonly<Record<string, unknown>>;
}

export interface AddScheduleReply extends OperationsReply {
  /** The new one's. */
  readonly id: string;
}

export interface ModelStatus {
  readonly model: string;
  /** Newest first. */
  readonly versions: readonly ModelVersionStatus[];
  readonly aliases: readonly AliasStatus[];
  /** The newest drift check of any of its versions. */
  readonly drift: DriftStatus | null;
  /** A file to check for drift, for the field's first value: the one checked last, else one that the newest version's run read. */
  readonly suggestedCurrent: string | null;
}

export interface ModelVersionStatus {
  /** The label that people use: 1, 2, 3… */
  readonly number: number;
  /** sha256 (hex) of its content. */
  readonly id: string;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly author: string;
  readonly run: string;
  /** Relative to Jupyter's root; null where it lies outside or is not known. */
  readonly notebook: string | null;
  readonly target: string | null;
  readonly metrics: Readonly<Record<string, number>>;
  readonly aliases: readonly string[];
  /** False: it cannot be checked for drift. */
  readonly hasReference: boolean;
}

export interface AliasStatus {
  readonly alias: string;
  /** Of the version where it stands. */
  readonly number: number;
  /** Where a rollback takes it; null if there is nothing before. */
  readonly before: number | null;
  /** ISO 8601. */
  readonly movedAt: string;
  readonly author: string;
  readonly reason: string | null;
}

export interface PromoteRequest extends NotebookRequest {
  /** A number or an id; default: the newest. */
  readonly version?: number | string;
  /** Default: `production`. */
  readonly alias?: string;
  readonly reason?: string;
}

export interface RollbackRequest extends NotebookRequest {
  /** Default: `production`. */
  readonly alias?: string;
  readonly reason?: string;
}

export interface DeploymentStatus {
  /** What commands call it. */
  readonly name: string;
  readonly model: string;
  /** The alias whose moves it follows (`newest`: every new version); null if it stays at one version. */
  readonly follows: string | null;
  /**
   * `waiting`: no service lives that would serve it. `failed`: it does not answer, and is tried again, waiting longer each
   * time. `stopped`: somebody stopped it, or it only came with the catalog and nobody has started it on this machine.
   */
  readonly status: "serving" | "starting" | "failed" | "stopped" | "waiting";
  /** Number of the version that answers; null while none does. */
  readonly number: number | null;
  /** Its id. */
  readonly version: string | null;
  /** Where predictions are asked, on the machine of the service: `http://127.0.0.1:8080/penguins`. */
  readonly url: string;
  /** Whether callers must send a token. */
  readonly hasToken: boolean;
  /** Since when the status holds, ISO 8601; null if that is not known. */
  readonly since: string | null;
  readonly requests: RequestTotals;
  /** Why it failed; while it serves: why it could not move to the version where its alias stands. */
  readonly error: string | null;
}

export interface DeployRequest extends NotebookRequest {
  readonly model: string;
  /** An alias to follow, `newest`, a number or an id; default: follow `production`, and take the newest until that is set. */
  readonly pick?: number | string;
  /** Default: the model's name. One of that name and model is changed. */
  readonly name?: string;
  /** Default: the port that it has, else 8080 or the next free one. */
  readonly port?: number;
}

export interface DeployReply extends OperationsReply {
  readonly name: string;
}

/** A drift check as the log keeps it. */
export interface DriftStatus {
  /** ISO 8601. */
  readonly at: string;
  /** Number of the version whose reference was compared; null where that version is gone. */
  readonly number: number | null;
  /** The file checked: relative to Jupyter's root where it lies inside, else absolute. */
  readonly current: string;
  readonly rows: number;
  readonly drifted: boolean;
  readonly features: readonly DriftedFeature[];
}

export interface DriftedFeature {
  readonly name: string;
  /** Population stability index. */
  readonly psi: number;
  readonly test: "ks" | "chi2";
  /** Corrected for the number of features. */
  readonly pValue: number;
  readonly drifted: boolean;
}

export interface DriftRequest extends NotebookRequest {
  readonly model: string;
  /** An alias, a number or an id; default: `production` where it is set, else the newest. */
  readonly version?: number | string;
  /** A file of rows below Jupyter's root: .json, .jsonl, .csv or .arrow. */
  readonly current: string;
}

export interface DriftReply {
  readonly model: string;
  readonly drift: DriftStatus;
  /** Columns that one side lacks. */
  readonly onlyInReference: readonly string[];
  readonly onlyInCurrent: readonly string[];
}

export interface ReportRequest extends NotebookRequest {
  /** A run's id, or `latest`: the newest run of the notebook. */
  readonly run: string;
  /** File to write, below Jupyter's root; default: `reports/NOTEBOOK-RUN.html` beside the notebook. */
  readonly out?: string;
}

export interface ReportReply {
  readonly run: string;
  readonly title: string;
  /** The file that was written, relative to Jupyter's root. */
  readonly path: string;
  readonly bytes: number;
  /** What is not in the report, or may not be as it was. */
  readonly warnings: readonly string[];
}
