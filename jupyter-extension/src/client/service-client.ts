import { URLExt } from "@jupyterlab/coreutils";
import { ServerConnection } from "@jupyterlab/services";
import { type ISignal, Signal } from "@lumino/signaling";
import type {
  ExportReply,
  ExportRequest,
  FactsReply,
  FactsRequest,
  RunCodeReply,
  RunDocument,
  RunsReply,
  StartRunReply,
  StartRunRequest,
  StatusReply,
  WhyReply,
} from "tagline/service/api";
import { backoffMs } from "./backoff.js";
import { RequestError } from "./request-error.js";

/** `starting` until the first answer; `lost` when answers stopped coming. */
export type ServiceState = "starting" | "ready" | "lost";

/** The service's API over Jupyter's own connection: same login, same origin. */
export class ServiceClient {
  readonly #settings: ServerConnection.ISettings;
  readonly #stateChanged = new Signal<this, ServiceState>(this);
  #state: ServiceState = "starting";
  #timer = 0;
  #attempt = 0;

  constructor(settings: ServerConnection.ISettings) {
    this.#settings = settings;
  }

  get state(): ServiceState {
    return this.#state;
  }

  get stateChanged(): ISignal<this, ServiceState> {
    return this.#stateChanged;
  }

  status(): Promise<StatusReply> {
    return this.get("status");
  }

  facts(request: FactsRequest): Promise<FactsReply> {
    return this.post("facts", request);
  }

  startRun(request: StartRunRequest): Promise<StartRunReply> {
    return this.post("runs", request);
  }

  cancelRun(run: string): Promise<RunDocument> {
    return this.post(`runs/${encodeURIComponent(run)}/cancel`, {});
  }

  runs(notebook: string): Promise<RunsReply> {
    return this.get(`runs${URLExt.objectToQueryString({ notebook })}`);
  }

  run(run: string, notebook: string): Promise<RunDocument> {
    return this.get(`runs/${encodeURIComponent(run)}${URLExt.objectToQueryString({ notebook })}`);
  }

  runCode(run: string, notebook: string): Promise<RunCodeReply> {
    return this.get(`runs/${encodeURIComponent(run)}/code${URLExt.objectToQueryString({ notebook })}`);
  }

  why(name: string, notebook: string): Promise<WhyReply> {
    return this.get(`why${URLExt.objectToQueryString({ name, notebook })}`);
  }

  exportNotebook(request: ExportRequest): Promise<ExportReply> {
    return this.post("export", request);
  }

  /** Address of a run's event stream, for an EventSource (the login's cookie goes with it). */
  eventsUrl(run: string, notebook: string): string {
    return `${this.#url(`runs/${encodeURIComponent(run)}/events`)}${URLExt.objectToQueryString({ notebook })}`;
  }

  #url(path: string): string {
    return `${URLExt.join(this.#settings.baseUrl, "tagline/api")}/${path}`;
  }

  /** For what this class has no method of its own. Throws a RequestError. */
  get<T>(path: string): Promise<T> {
    return this.#request<T>(path, { method: "GET" });
  }

  /** Like `get()`, for a change. */
  post<T>(path: string, body: unknown): Promise<T> {
    return this.#request<T>(path, {
      method: "POST",
      body: JSON.stringify(body),
      headers: { "Content-Type": "application/json", "X-Tagline": "1" },
    });
  }

  async #request<T>(path: string, init: RequestInit): Promise<T> {
    const { response, body } = await this.#send(path, init);
    if (response.ok && typeof body === "object" && body !== null) {
      this.#tell("ready");
      // The service and this page are built together from one contract, service/api.ts.
      return body as T;
    }
    const error = errorOf(body);
    if (error === null)
      throw this.#lost(
        response.status === 404
          ? "Jupyter has no Tagline service: start it with `npm start` or `tagline lab`."
          : `Jupyter answered ${response.status}.`,
      );
    this.#tell("ready");
    throw new RequestError(error.code, error.message);
  }

  async #send(path: string, init: RequestInit): Promise<{ response: Response; body: unknown }> {
    let response: Response;
    try {
      response = await ServerConnection.makeRequest(this.#url(path), init, this.#settings);
    } catch (cause) {
      throw this.#lost("Jupyter does not answer.", cause);
    }
    const body: unknown = await response.json().catch(() => null);
    return { response, body };
  }

  #lost(why: string, cause?: unknown): RequestError {
    this.#tell(this.#state === "starting" ? "starting" : "lost");
    this.#lookAgain();
    return new RequestError("unreachable", `Cannot reach the Tagline service. ${why}`, { cause });
  }

  /** Asks for a sign of life until there is one, so that whoever waits for `ready` hears it. */
  #lookAgain(): void {
    if (this.#timer !== 0) return;
    this.#timer = window.setTimeout(
      () => {
        this.#timer = 0;
        this.status().catch(() => {}); // calls here again
      },
      backoffMs(this.#attempt++),
    );
  }

  #tell(state: ServiceState): void {
    if (state === "ready") this.#attempt = 0;
    if (state === this.#state) return;
    this.#state = state;
    this.#stateChanged.emit(state);
  }
}

/** The error a service answer carries, or null where something before the service answered. */
function errorOf(body: unknown): { code: string; message: string } | null {
  if (typeof body !== "object" || body === null || !("error" in body)) return null;
  const { error } = body;
  if (typeof error !== "object" || error === null || !("code" in error) || !("message" in error)) return null;
  return typeof error.code === "string" && typeof error.message === "string"
    ? { code: error.code, message: error.message }
    : null;
}
