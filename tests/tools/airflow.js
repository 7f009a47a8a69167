import { randomBytes } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { checkout } from "../../kernel-lib/src/lab/places.js";
import { pythonEnv } from "../../kernel-lib/src/lab/python-env.js";
import { runCommand } from "../../kernel-lib/src/lab/run-command.js";
import { startBackground } from "./background.js";
import { freePort } from "./free-port.js";
import { startPostgres } from "./postgres.js";
import { startRedis } from "./redis.js";
import { sideVenv } from "./side-venv.js";

/** Two cores: Python processes of Airflow's size start slowly beside each other. */
const READY_MS = 240_000;

/**
 * Airflow's folder of programs, with the pinned packages (two minutes, 365 MB, once).
 */
export function ensureAirflow() {
  const python = join(checkout.build, "airflow-venv", "bin", "python");
  if (!existsSync(python)) process.stdout.write("  installing Airflow, which takes some minutes, once\n");
  return sideVenv("airflow-venv", "tests/engines/airflow-requirements.txt", { constrained: false });
}

/**
 * A whole Airflow on loopback: PostgreSQL and Redis from the system, scheduler, DAG processor and API server, and workers of Celery,
 * each with a folder of its own that holds its copy of the DAGs.
 *
 * @param {{
 *   readonly dags: readonly string[],
 *   readonly workers: Readonly<Record<string, { readonly env: NodeJS.ProcessEnv, readonly concurrency: number }>>,
 *   readonly tell?: (line: string) => void,
 * }} options
 */
export async function startAirflow({ dags, workers, tell = () => {} }) {
  const bin = await ensureAirflow();
  const airflow = join(bin, "airflow");
  const folder = mkdtempSync(join(tmpdir(), "tagline-airflow-"));
  /** @type {{ close: () => Promise<void> }[]} */
  const opened = [];
  /** @type {import("./background.js").Background[]} */
  const processes = [];
  const close = async () => {
    // Its own processes first, all at once; then what they write to.
    await Promise.all(processes.map((one) => one.stop("SIGTERM", 5_000)));
    for (const one of [...opened].reverse()) await one.close().catch(() => {});
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const postgres = await startPostgres("airflow");
    opened.push(postgres);
    const redis = await startRedis();
    opened.push(redis);
    tell(`PostgreSQL on port ${postgres.port}, Redis on port ${redis.port}`);
    const port = await freePort();
    const database = `${postgres.user}@127.0.0.1:${postgres.port}/${postgres.database}`;
    const jwt = randomBytes(64).toString("base64");
    /**
     * @param {string} name
     * @param {NodeJS.ProcessEnv} [more]
     * @returns {{ home: string, env: NodeJS.ProcessEnv }}
     */
    const place = (name, more = {}) => {
      const home = join(folder, name);
      mkdirSync(join(home, "dags"), { recursive: true });
      for (const dag of dags) copyFileSync(dag, join(home, "dags", basename(dag)));
      const env = {
        ...pythonEnv(),
        AIRFLOW_HOME: home,
        AIRFLOW__CORE__DAGS_FOLDER: join(home, "dags"),
        AIRFLOW__CORE__LOAD_EXAMPLES: "False",
        AIRFLOW__CORE__EXECUTOR: "CeleryExecutor",
        AIRFLOW__CORE__PARALLELISM: "4",
        AIRFLOW__CORE__MAX_ACTIVE_TASKS_PER_DAG: "4",
        AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION: "False",
        AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS: "True",
        AIRFLOW__CORE__EXECUTION_API_SERVER_URL: `http://127.0.0.1:${port}/execution/`,
        AIRFLOW__API__HOST: "127.0.0.1",
        AIRFLOW__API__PORT: String(port),
        AIRFLOW__API__BASE_URL: `http://127.0.0.1:${port}`,
        AIRFLOW__API__SECRET_KEY: jwt,
        AIRFLOW__API_AUTH__JWT_SECRET: jwt,
        AIRFLOW__DATABASE__SQL_ALCHEMY_CONN: `postgresql+psycopg2://${database}`,
        AIRFLOW__DATABASE__SQL_ALCHEMY_POOL_SIZE: "20",
        AIRFLOW__DATABASE__SQL_ALCHEMY_MAX_OVERFLOW: "40",
        AIRFLOW__CELERY__BROKER_URL: redis.url,
        AIRFLOW__CELERY__RESULT_BACKEND: `db+postgresql://${database}`,
        // A lost worker is noticed within the minute: what it ran by the missing heartbeat, what it had only taken by the queue's limit.
        AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_SEC: "5",
        AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT: "30",
        AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL: "5",
        AIRFLOW__SCHEDULER__TASK_QUEUED_TIMEOUT: "45",
        AIRFLOW__SCHEDULER__TASK_QUEUED_TIMEOUT_CHECK_INTERVAL: "10",
        AIRFLOW__LOGGING__LOGGING_LEVEL: "INFO",
        AIRFLOW__USAGE_DATA_COLLECTION__ENABLED: "False",
        ...more,
      };
      return { home, env };
    };
    const main = place("main");
    tell("making Airflow's tables");
    const migrated = await runCommand(airflow, ["db", "migrate"], { env: main.env });
    if (migrated.code !== 0) throw new Error(`Cannot prepare Airflow's database:\n${migrated.output.slice(-4000)}`);
    /**
     * @param {string} name
     * @param {readonly string[]} args
     * @param {{ home: string, env: NodeJS.ProcessEnv }} where
     */
    const start = (name, args, { home, env }) => {
      const process = startBackground(name, airflow, args, { cwd: home, env, log: join(folder, `${name}.log`) });
      processes.push(process);
      return process;
    };
    tell("starting the API server, the scheduler, the DAG processor and the workers");
    const servers = [
      start("api-server", ["api-server", "--workers", "1", "--port", String(port), "--host", "127.0.0.1"], main),
      start("scheduler", ["scheduler", "--skip-serve-logs"], main),
      start("dag-processor", ["dag-processor"], main),
    ];
    const started = Object.fromEntries(
      Object.entries(workers).map(([name, { env, concurrency }]) => {
        const args = ["celery", "worker", "-c", String(concurrency), "-H", `${name}@localhost`, "--skip-serve-logs"];
        const own = place(name, env);
        return [name, { ...start(name, [...args, "--without-mingle", "--without-gossip"], own), home: own.home }];
      }),
    );
    const api = apiOf(`http://127.0.0.1:${port}`);
    const until = Date.now() + READY_MS;
    while (!(await api.isReady(dags.map((dag) => basename(dag, ".py"))))) {
      const ended = servers.find((server) => !server.isRunning());
      if (ended !== undefined || Date.now() > until)
        throw new Error(
          `Airflow did not get ready:\n${(ended === undefined ? servers : [ended]).map((server) => `--- ${server.name}\n${server.tail()}`).join("\n")}`,
        );
      await wait(1000);
    }
    tell("Airflow is ready");
    return {
      api,
      workers: started,
      /** What its processes and its tasks wrote last. */
      tails: () =>
        [
          ...[...servers, ...Object.values(started)].map((one) => `--- ${one.name}\n${one.tail()}`),
          ...taskLogs(folder).map((path) => `--- ${path}\n${readFileSync(path, "utf8").slice(-3000)}`),
        ].join("\n"),
      folder,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** @param {string} folder */
function taskLogs(folder) {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => /attempt=\d+\.log$/.test(path))
    .map((path) => join(folder, path));
}

/** @param {string} base */
function apiOf(base) {
  /** @type {string | null} */
  let token = null;
  /**
   * The answer's JSON. An API server under load answers 500 now and then: that is tried again.
   *
   * @param {string} path
   * @param {RequestInit} [init]
   * @returns {Promise<any>}
   */
  const call = async (path, init = {}) => {
    for (let attempt = 0; ; attempt += 1) {
      token ??= (await (await fetch(`${base}/auth/token`, { method: "GET" })).json()).access_token;
      const answer = await fetch(`${base}/api/v2${path}`, {
        ...init,
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      });
      const text = await answer.text();
      if (answer.ok) return JSON.parse(text);
      if (answer.status === 401) token = null;
      if (attempt >= 20 || (answer.status < 500 && answer.status !== 401))
        throw new Error(`Airflow answered ${answer.status} to ${path}: ${text.slice(0, 1000)}`);
      await wait(1000);
    }
  };
  return {
    call,
    /**
     * @param {readonly string[]} dags
     * @returns {Promise<boolean>}
     */
    isReady: async (dags) => {
      try {
        for (const dag of dags) await call(`/dags/${dag}`);
        const { scheduler, dag_processor } = await call("/monitor/health");
        return scheduler.status === "healthy" && dag_processor.status === "healthy";
      } catch {
        return false;
      }
    },
    /** @returns {Promise<{ filename: string, stack_trace: string }[]>} */
    importErrors: async () => (await call("/importErrors")).import_errors,
    /**
     * @param {string} dag
     * @param {Readonly<Record<string, unknown>>} conf
     * @returns {Promise<string>} the run's id
     */
    trigger: async (dag, conf) => {
      const body = JSON.stringify({ logical_date: null, conf });
      return (await call(`/dags/${dag}/dagRuns`, { method: "POST", body })).dag_run_id;
    },
    /** @type {(dag: string, run: string) => Promise<string>} */
    state: async (dag, run) => (await call(`/dags/${dag}/dagRuns/${encodeURIComponent(run)}`)).state,
    /** @type {(dag: string, run: string) => Promise<{ task_id: string, map_index: number, state: string | null, try_number: number, hostname: string, pid: number | null }[]>} */
    tasks: async (dag, run) =>
      (await call(`/dags/${dag}/dagRuns/${encodeURIComponent(run)}/taskInstances?limit=500`)).task_instances,
    /** @type {(dag: string, run: string, task: string, mapIndex?: number) => Promise<any>} */
    result: async (dag, run, task, mapIndex = -1) =>
      (
        await call(
          `/dags/${dag}/dagRuns/${encodeURIComponent(run)}/taskInstances/${task}/xcomEntries/return_value?map_index=${mapIndex}&deserialize=true`,
        )
      ).value,
  };
}
