import { URLExt } from "@jupyterlab/coreutils";
import type {
  AddScheduleReply,
  AddScheduleRequest,
  CronReply,
  DeployReply,
  DeployRequest,
  DriftReply,
  DriftRequest,
  NotebookRequest,
  OperationsReply,
  PromoteRequest,
  ReportReply,
  ReportRequest,
  RollbackRequest,
  StartRunReply,
} from "tagline/service/api";
import type { ServiceClient } from "./service-client.js";

type Rest<T extends NotebookRequest> = Omit<T, "notebook">;

/** The service's operations (service/operations-api.ts) for one notebook. All throw a RequestError. */
export class OperationsClient {
  readonly #service: Pick<ServiceClient, "get" | "post">;
  readonly #notebook: () => string;

  /** @param notebook its path below Jupyter's root, which may change */
  constructor(service: Pick<ServiceClient, "get" | "post">, notebook: () => string) {
    this.#service = service;
    this.#notebook = notebook;
  }

  read(): Promise<OperationsReply> {
    return this.#service.get(`operations${URLExt.objectToQueryString({ notebook: this.#notebook() })}`);
  }

  /** @param timeZone IANA name; empty for that of the service's machine */
  cron(cron: string, timeZone: string): Promise<CronReply> {
    return this.#service.get(`cron${URLExt.objectToQueryString({ cron, ...(timeZone === "" ? {} : { timeZone }) })}`);
  }

  addSchedule(request: Rest<AddScheduleRequest>): Promise<AddScheduleReply> {
    return this.#post("schedules", request);
  }

  runSchedule(id: string): Promise<StartRunReply> {
    return this.#post(`schedules/${encodeURIComponent(id)}/run`, {});
  }

  changeSchedule(id: string, verb: "pause" | "resume" | "remove"): Promise<OperationsReply> {
    return this.#post(`schedules/${encodeURIComponent(id)}/${verb}`, {});
  }

  promote(model: string, request: Rest<PromoteRequest>): Promise<OperationsReply> {
    return this.#post(`models/${encodeURIComponent(model)}/promote`, request);
  }

  rollback(model: string, request: Rest<RollbackRequest>): Promise<OperationsReply> {
    return this.#post(`models/${encodeURIComponent(model)}/rollback`, request);
  }

  deploy(request: Rest<DeployRequest>): Promise<DeployReply> {
    return this.#post("deployments", request);
  }

  changeDeployment(name: string, verb: "stop" | "start" | "restart" | "remove"): Promise<OperationsReply> {
    return this.#post(`deployments/${encodeURIComponent(name)}/${verb}`, {});
  }

  checkDrift(request: Rest<DriftRequest>): Promise<DriftReply> {
    return this.#post("drift", request);
  }

  report(run: string): Promise<ReportReply> {
    return this.#post("reports", { run } satisfies Rest<ReportRequest>);
  }

  #post<T>(path: string, request: object): Promise<T> {
    return this.#service.post(path, { ...request, notebook: this.#notebook() });
  }
}
