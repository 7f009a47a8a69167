import type { MlflowExperiment, MlflowMetric, MlflowRun, MlflowTag, MlflowVersion } from "./mlflow-types.js";

export interface MlflowClientOptions {
  /** Default: the environment's `MLFLOW_TRACKING_TOKEN`, else `MLFLOW_TRACKING_USERNAME` and `…_PASSWORD`. */
  readonly env?: NodeJS.ProcessEnv;
  /** How often a request is tried while the server is busy or out of reach. Default: 4. */
  readonly attempts?: number;
  /** Wait before the second try, milliseconds; doubled for each further one. Default: 300. */
  readonly waitMs?: number;
}

/** The server refused a request; `code` is MLflow's own (`RESOURCE_ALREADY_EXISTS`), or the HTTP status. */
export class MlflowError extends Error {
  override readonly name = "MlflowError";
  readonly code: string;

  constructor(message: string, code: string) {
    super(message);
    this.code = code;
  }
}

/** The part of MLflow's REST API (2.0) that a sync needs. */
export class MlflowClient {
  readonly #base: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #attempts: number;
  readonly #waitMs: number;

  /** @param uri of the tracking server: `http://127.0.0.1:5000` */
  constructor(uri: string, { env = process.env, attempts = 4, waitMs = 300 }: MlflowClientOptions = {}) {
    const url = readUri(uri);
    this.#headers = authorization(url, env);
    url.username = "";
    url.password = "";
    this.#base = url.href.replace(/\/+$/, "");
    this.#attempts = attempts;
    this.#waitMs = waitMs;
  }

  /** Without a name or password. */
  get uri(): string {
    return this.#base;
  }

  async experiment(name: string): Promise<string> {
    const known = await this.#orNull("RESOURCE_DOES_NOT_EXIST", () =>
      this.#get<{ experiment: MlflowExperiment }>("experiments/get-by-name", { experiment_name: name }),
    );
    if (known?.experiment.lifecycle_stage === "deleted")
      throw new MlflowError(
        `Cannot use the experiment ${name}: it was deleted there. Restore it, or name another`,
        "DELETED",
      );
    if (known !== null) return known.experiment.experiment_id;
    return (await this.#post<{ experiment_id: string }>("experiments/create", { name })).experiment_id;
  }

  /** Runs of all experiments given that carry a tag, deleted ones too. */
  async runsWith(experiments: readonly string[], tag: string): Promise<MlflowRun[]> {
    const runs: MlflowRun[] = [];
    for (let page_token: string | undefined; ; ) {
      const found = await this.#post<{ runs?: MlflowRun[]; next_page_token?: string }>("runs/search", {
        experiment_ids: experiments,
        filter: `tags.\`${tag}\` LIKE '%'`,
        run_view_type: "ALL",
        max_results: 1000,
        ...(page_token === undefined ? {} : { page_token }),
      });
      runs.push(...(found.runs ?? []));
      page_token = found.next_page_token;
      if (!page_token) return runs;
    }
  }

  async createRun(experiment: string, startTime: number, name: string, tags: readonly MlflowTag[]): Promise<MlflowRun> {
    const body = { experiment_id: experiment, start_time: startTime, run_name: name, tags };
    return (await this.#post<{ run: MlflowRun }>("runs/create", body)).run;
  }

  async updateRun(run: string, status: string, endTime: number | null): Promise<void> {
    await this.#post("runs/update", { run_id: run, status, ...(endTime === null ? {} : { end_time: endTime }) });
  }

  /** In as many requests as the server's limits ask for: 1000 metrics, 100 params, 100 tags each. */
  async log(
    run: string,
    {
      metrics,
      params,
      tags,
    }: { metrics: readonly MlflowMetric[]; params: readonly MlflowTag[]; tags: readonly MlflowTag[] },
  ): Promise<void> {
    for (let at = 0; at < Math.max(metrics.length / 900, params.length / 90, tags.length / 90); at += 1) {
      await this.#post("runs/log-batch", {
        run_id: run,
        metrics: metrics.slice(900 * at, 900 * (at + 1)),
        params: params.slice(90 * at, 90 * (at + 1)),
        tags: tags.slice(90 * at, 90 * (at + 1)),
      });
    }
  }

  async history(run: string, key: string): Promise<MlflowMetric[]> {
    const metrics: MlflowMetric[] = [];
    for (let page_token: string | undefined; ; ) {
      const query = { run_id: run, metric_key: key, max_results: "5000", ...(page_token ? { page_token } : {}) };
      const found = await this.#get<{ metrics?: MlflowMetric[]; next_page_token?: string }>(
        "metrics/get-history",
        query,
      );
      metrics.push(...(found.metrics ?? []));
      page_token = found.next_page_token;
      if (!page_token) return metrics;
    }
  }

  /** Puts a file among a run's artifacts; false where the server does not take them itself (`--no-serve-artifacts`). */
  async upload(artifactUri: string, path: string, bytes: Uint8Array): Promise<boolean> {
    const { protocol, pathname } = new URL(artifactUri);
    if (protocol !== "mlflow-artifacts:") return false;
    const whole = `${pathname}/${path}`.split("/").filter(Boolean).map(encodeURIComponent).join("/");
    await this.#send("PUT", `/api/2.0/mlflow-artifacts/artifacts/${whole}`, bytes);
    return true;
  }

  async createModel(name: string): Promise<void> {
    await this.#orNull("RESOURCE_ALREADY_EXISTS", () => this.#post("registered-models/create", { name }));
  }

  async versions(name: string): Promise<MlflowVersion[]> {
    const filter = `name='${name.replaceAll("'", "\\'")}'`;
    const found = await this.#get<{ model_versions?: MlflowVersion[] }>("model-versions/search", {
      filter,
      max_results: "10000",
    });
    return found.model_versions ?? [];
  }

  async createVersion(version: Pick<MlflowVersion, "name" | "source" | "run_id" | "tags">): Promise<MlflowVersion> {
    return (await this.#post<{ model_version: MlflowVersion }>("model-versions/create", version)).model_version;
  }

  async setAlias(name: string, alias: string, version: string): Promise<void> {
    await this.#post("registered-models/alias", { name, alias, version });
  }

  async #orNull<T>(code: string, ask: () => Promise<T>): Promise<T | null> {
    try {
      return await ask();
    } catch (error) {
      if (error instanceof MlflowError && error.code === code) return null;
      throw error;
    }
  }

  #get<T>(path: string, query: Readonly<Record<string, string>>): Promise<T> {
    return this.#send("GET", `/api/2.0/mlflow/${path}?${new URLSearchParams(query)}`);
  }

  #post<T>(path: string, body: object): Promise<T> {
    return this.#send("POST", `/api/2.0/mlflow/${path}`, JSON.stringify(body));
  }

  async #send<T>(method: string, path: string, body?: string | Uint8Array): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      let told: string;
      try {
        const response = await fetch(`${this.#base}${path}`, {
          method,
          headers: {
            ...this.#headers,
            ...(typeof body === "string" ? { "content-type": "application/json" } : {}),
          },
          ...(body === undefined ? {} : { body: typeof body === "string" ? body : new Blob([new Uint8Array(body)]) }),
          redirect: "error",
          signal: AbortSignal.timeout(60_000),
        });
        const text = await response.text();
        // What MLflow answers is what the type of each method says.
        if (response.ok) return (text === "" ? {} : JSON.parse(text)) as T;
        const error = refusal(text, response.status);
        if (response.status !== 429 && response.status < 500)
          throw new MlflowError(
            `Cannot ${method} ${path.split("?")[0]}: ${this.#base} answered ${error.message}`,
            error.code,
          );
        told = error.message;
      } catch (error) {
        if (error instanceof MlflowError) throw error;
        told = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
      }
      if (attempt >= this.#attempts)
        throw new MlflowError(`Cannot reach MLflow at ${this.#base}: ${told}`, "UNREACHABLE");
      await new Promise((resolve) => setTimeout(resolve, this.#waitMs * 2 ** (attempt - 1)));
    }
  }
}

function refusal(text: string, status: number): { readonly code: string; readonly message: string } {
  try {
    const { error_code: code = String(status), message = text } = JSON.parse(text) as {
      error_code?: string;
      message?: string;
    };
    return { code, message: `${code}: ${message}` };
  } catch {
    return { code: String(status), message: `${status} ${text.slice(0, 200)}`.trim() };
  }
}

function readUri(uri: string): URL {
  if (!URL.canParse(uri) || !/^https?:$/.test(new URL(uri).protocol))
    throw new Error(
      `Cannot sync to "${uri}": give the address of an MLflow tracking server, such as http://127.0.0.1:5000`,
    );
  return new URL(uri);
}

function authorization({ username, password }: URL, env: NodeJS.ProcessEnv): Record<string, string> {
  const basic = (name: string, secret: string) => ({
    authorization: `Basic ${Buffer.from(`${name}:${secret}`).toString("base64")}`,
  });
  if (username !== "") return basic(decodeURIComponent(username), decodeURIComponent(password));
  if (env["MLFLOW_TRACKING_TOKEN"]) return { authorization: `Bearer ${env["MLFLOW_TRACKING_TOKEN"]}` };
  const name = env["MLFLOW_TRACKING_USERNAME"];
  return name ? basic(name, env["MLFLOW_TRACKING_PASSWORD"] ?? "") : {};
}
