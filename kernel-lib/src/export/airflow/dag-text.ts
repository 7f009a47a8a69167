import type { PlanParam, PlanStep } from "../../pipeline/compile/plan.js";
import type { NodeProject } from "../node-project.js";
import type { AirflowNames, Fan } from "./airflow-names.js";
import { airflowSchedule } from "./airflow-schedule.js";
import { pythonComment, pythonLiteral, pythonString } from "./python-literal.js";

/** Tries of a task beside its step's own: for a lost worker, or a store that is out of reach. */
const SPARE_RETRIES = 2;

/** The text of the DAG's file. */
export function dagText(project: NodeProject, names: AirflowNames): string {
  const { plan } = project.program;
  const { schedule } = airflowSchedule(project.schedules);
  const hasMachines = plan.steps.some((step) => step.options.resources !== undefined);
  return `# The pipeline of ${pythonComment(project.title)} for Apache Airflow 3, exported by Tagline ${project.tagline.version}. README.md says how to deploy it.
#
# A task runs one step of the Node project, of which every worker has a copy. Values travel through the artifact store; what tasks hand
# each other are small documents that name them.
from __future__ import annotations

import json
import os
import subprocess
from datetime import timedelta
from uuid import NAMESPACE_URL, uuid5

from airflow.sdk import ${["DAG", "Connection", ...(schedule === null ? [] : ["CronTriggerTimetable"]), "Param", "Variable", "get_current_context", "task"].join(", ")}
from airflow.sdk.exceptions import AirflowException, AirflowFailException, AirflowNotFoundException
${hasMachines ? KUBERNETES_IMPORT : ""}
# The variable of a worker's environment that says where its copy of the project is.
PROJECT = ${pythonString(names.project)}

# Of OpenLineage's jobs. Events go to OPENLINEAGE_URL, if a worker's environment has it.
NAMESPACE = os.environ.get("OPENLINEAGE_NAMESPACE", ${pythonString(names.dag)})

# Secrets that steps read: from a worker's environment, else from Airflow's variables.
SECRETS = ${secretsText(plan.steps)}

# How often a step may be tried again after a failure of its own. A lost worker is worth ${SPARE_RETRIES} more tries in any case.
OWN_RETRIES = ${retriesText(plan.steps)}
${hasMachines ? MACHINE : ""}
${helpers(names.grid)}

with DAG(
    dag_id=${pythonString(names.dag)},
    description=${pythonString(`The pipeline of ${project.title}`)},
    schedule=${schedule === null ? "None" : `CronTriggerTimetable(${pythonString(schedule.cron)}, timezone=${pythonString(schedule.timeZone)})`},
    catchup=False,${schedule?.paused === true ? "\n    is_paused_upon_creation=True," : ""}
    tags=["tagline"],
    default_args={
        "retries": ${SPARE_RETRIES},
        "retry_delay": timedelta(seconds=1),
        "retry_exponential_backoff": 2.0,
        "max_retry_delay": timedelta(minutes=1),
    },
    params={
${plan.params.map((param) => `        ${pythonString(param.name)}: ${paramText(param, schedule?.params[param.name])},\n`).join("")}        ${pythonString(names.grid)}: ${gridText(plan.params)},
    },
) as dag:
    begun = begin${overrides([[names.begin !== "begin", `task_id=${pythonString(names.begin)}`]])}()
${names.fans.map(fanText).join("")}
${plan.steps.map((step) => stepText(step, project, names)).join("")}
    finish${overrides([[names.finish !== "finish", `task_id=${pythonString(names.finish)}`]])}(begun, [${plan.steps.map((step) => variableOf(step.name, names)).join(", ")}])
${orderText(project, names)}`;
}

function fanText({ task, variable, params, steps }: Fan): string {
  return `    # ${pythonComment(`${params.join(", ")} make${params.length === 1 ? "s" : ""} a difference to ${steps.join(", ")}`)}
    ${variable} = fan_out.override(task_id=${pythonString(task)})(begun, ${pythonString(steps[0] ?? "")})
`;
}

function stepText(step: PlanStep, { program }: NodeProject, names: AirflowNames): string {
  const from = [
    ...new Set(
      program.plan.edges.filter((edge) => edge.to === step.name && edge.names.length > 0).map((edge) => edge.from),
    ),
  ];
  const { timeoutS, retries = 0, resources } = step.options;
  const { pool } = step.options;
  const settings = [
    `task_id=${pythonString(step.name)}`,
    ...(retries > 0 ? [`retries=${retries + SPARE_RETRIES}`] : []),
    // The project ends the step itself, and tells why; this is for a task that hangs before or after it.
    ...(timeoutS === undefined ? [] : [`execution_timeout=timedelta(seconds=${timeoutS + 60})`]),
    ...(pool === undefined ? [] : [`pool=${pythonString(pool)}`]),
    ...(resources === undefined
      ? []
      : [
          `executor_config=machine(${pythonLiteral({ ...resources, ...(resources.cpu === undefined ? {} : { cpu: String(resources.cpu) }) })})`,
        ]),
  ];
  const given = [
    `step=${pythonString(step.name)}`,
    "begun=begun",
    `upstream=[${from.map((name) => variableOf(name, names)).join(", ")}]`,
  ];
  const fan = names.fans.find((one) => one.steps.includes(step.name));
  const head = `    ${variableOf(step.name, names)} = run_step.override(${settings.join(", ")})`;
  const call =
    fan === undefined
      ? `(${given.join(", ")})`
      : `.partial(\n        ${given.join(", ")}\n    ).expand(work=${fan.variable})`;
  return `${head}${call}\n`;
}

/** Steps that wait for others without taking a value from them. */
function orderText({ program }: NodeProject, names: AirflowNames): string {
  const lines = program.plan.edges
    .filter((edge) => edge.names.length === 0)
    .map((edge) => `    ${variableOf(edge.from, names)} >> ${variableOf(edge.to, names)}\n`);
  return lines.length === 0 ? "" : `\n    # Order where no value travels.\n${lines.join("")}`;
}

function variableOf(step: string, names: AirflowNames): string {
  return names.variables.get(step) ?? step;
}

function overrides(pairs: readonly (readonly [boolean, string])[]): string {
  const used = pairs.filter(([isUsed]) => isUsed).map(([, text]) => text);
  return used.length === 0 ? "" : `.override(${used.join(", ")})`;
}

function paramText(param: PlanParam, scheduled: string | undefined): string {
  const hasDefault = scheduled !== undefined || "default" in param;
  const value = scheduled === undefined ? param.default : readScheduled(param, scheduled);
  return `Param(${[pythonLiteral(hasDefault ? value : null), ...schemaText(param, !hasDefault), ...describe(param)].join(", ")})`;
}

function describe({ description }: PlanParam): string[] {
  return description === undefined ? [] : [`description=${pythonString(description)}`];
}

/** As the schedule gives it, read as the param's type; what cannot be read is left to Airflow to refuse. */
function readScheduled(param: PlanParam, text: string): unknown {
  if (param.type === "string") return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function schemaText(param: PlanParam, mayLack: boolean): string[] {
  return Object.entries(paramSchema(param, mayLack)).map(([key, value]) => `${key}=${pythonLiteral(value)}`);
}

/** JSON Schema of a param's values. */
function paramSchema(param: PlanParam, mayLack: boolean): Readonly<Record<string, unknown>> {
  const type = param.type === "json" ? ["object", "array", "string", "number", "boolean", "null"] : param.type;
  return {
    type: mayLack && typeof type === "string" ? ["null", type] : type,
    ...(param.min === undefined ? {} : { minimum: param.min }),
    ...(param.max === undefined ? {} : { maximum: param.max }),
    ...(param.choices === undefined ? {} : { enum: mayLack ? [null, ...param.choices] : param.choices }),
  };
}

function gridText(params: readonly PlanParam[]): string {
  const properties = params.map(
    (param) =>
      `                ${pythonString(param.name)}: ${pythonLiteral({ type: "array", minItems: 1, items: paramSchema(param, false) })},\n`,
  );
  return `Param(
            {},
            type="object",
            description="Several values of a param: one run for each combination, such as {\\"name\\": [1, 2]}. Steps share what is the same.",
            additionalProperties=False,
            properties={
${properties.join("")}            },
        )`;
}

function secretsText(steps: readonly PlanStep[]): string {
  const entries = steps
    .filter((step) => step.secrets !== undefined)
    .map((step) => [step.name, (step.secrets ?? []).map((secret) => secret.name)] as const);
  return pythonLiteral(Object.fromEntries(entries));
}

function retriesText(steps: readonly PlanStep[]): string {
  const entries = steps.flatMap((step) =>
    step.options.retries === undefined ? [] : [[step.name, step.options.retries]],
  );
  return pythonLiteral(Object.fromEntries(entries));
}

const KUBERNETES_IMPORT = `
try:
    from kubernetes.client import models as k8s
except ImportError:  # Not needed by other executors.
    k8s = None
`;

const MACHINE = `

def machine(amounts: dict[str, str]) -> dict:
    """What a step asks of a machine; only the KubernetesExecutor reads it."""
    if k8s is None:
        return {}
    resources = k8s.V1ResourceRequirements(requests=amounts, limits=amounts)
    return {"pod_override": k8s.V1Pod(spec=k8s.V1PodSpec(containers=[k8s.V1Container(name="base", resources=resources)]))}

`;

function helpers(grid: string): string {
  return `
def artifact_store() -> dict[str, str]:
    """Where values are kept: as a worker's environment says, else Airflow's variable and connection."""
    found = {}
    if not os.environ.get("TAGLINE_ARTIFACTS"):
        found["TAGLINE_ARTIFACTS"] = Variable.get("tagline_artifacts", default=None)
    if not os.environ.get("AWS_ACCESS_KEY_ID"):
        try:
            connection = Connection.get("tagline_s3")
            extra = connection.extra_dejson
            found["AWS_ACCESS_KEY_ID"] = connection.login
            found["AWS_SECRET_ACCESS_KEY"] = connection.password
            found["AWS_ENDPOINT_URL"] = extra.get("endpoint_url")
            found["AWS_REGION"] = extra.get("region_name")
        except AirflowNotFoundException:
            pass
    return {name: value for name, value in found.items() if value}


def secret_values(names: list[str]) -> dict[str, str]:
    """Secrets that are not in the environment already; one that is nowhere fails the run before its first step."""
    found = {name: Variable.get(name, default=None) for name in names if name not in os.environ}
    return {name: value for name, value in found.items() if value is not None}


def this_task() -> dict[str, str]:
    """This task and its DAG run: below them OpenLineage shows what the project did."""
    context = get_current_context()
    ti, run = context["ti"], f"airflow://{NAMESPACE}/{context['dag_run'].dag_id}/{context['dag_run'].run_id}"
    return {
        "namespace": NAMESPACE,
        "workflow": ti.dag_id,
        "workflowRun": str(uuid5(NAMESPACE_URL, run)),
        "task": f"{ti.dag_id}.{ti.task_id}",
        "taskRun": str(uuid5(NAMESPACE_URL, f"{run}/{ti.task_id}/{ti.map_index}/{ti.try_number}")),
    }


def run_node(kind: str, request: dict, secrets: list[str]) -> tuple[bool, dict]:
    """Runs a task of the project: a JSON document goes in, one comes out, and what it tells meanwhile is this task's log."""
    folder = os.environ.get(PROJECT)
    if not folder:
        raise AirflowException(f"Cannot find the project: set {PROJECT} in the environment of every worker")
    ended = subprocess.run(
        [os.environ.get("TAGLINE_NODE", "node"), os.path.join("dist", "pipeline.js"), "task", kind],
        cwd=folder,
        env={**os.environ, **artifact_store(), **secret_values(secrets)},
        input=json.dumps({**request, "engine": this_task()}),
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    if ended.returncode == 2:
        raise AirflowFailException("Cannot be done, however often it is tried: see the log above")
    if ended.returncode not in (0, 1):
        raise AirflowException(f"Node ended with {ended.returncode}: see the log above")
    return ended.returncode == 0, json.loads(ended.stdout)


@task
def begin() -> dict:
    """Checks the params, and begins one run, or one for each combination of the grid's values."""
    context = get_current_context()
    run = context["dag_run"]
    params = {name: value for name, value in context["params"].items() if value is not None}
    grid = params.pop(${pythonString(grid)}, {})
    request = {
        "key": f"{run.dag_id}/{run.run_id}",
        "startedMs": int((run.start_date or run.run_after).timestamp() * 1000),
        "params": params,
        "grid": grid,
    }
    _, begun = run_node("begin", request, sorted({name for names in SECRETS.values() for name in names}))
    return begun


@task
def fan_out(begun: dict, step: str) -> list[dict]:
    """What there is to do for a step: one entry for each set of values that makes a difference to it."""
    return begun["steps"][step]


@task(map_index_template="{{ point }}")
def run_step(step: str, begun: dict, upstream: list, work: dict | None = None) -> dict:
    """Runs a step for one set of values, on what the steps before it gave."""
    context = get_current_context()
    ti = context["ti"]
    work = {**(work or begun["steps"][step][0]), "step": step}
    context["point"] = ", ".join(f"{name}={value}" for name, value in work["point"].items()) or step
    results = [result for one in upstream for result in ([one] if isinstance(one, dict) else one)]
    is_last = ti.try_number > OWN_RETRIES.get(step, 0)
    request = {"begun": begun, "work": work, "results": results, "attempt": {"number": ti.try_number, "isLast": is_last}}
    ok, result = run_node("step", request, SECRETS.get(step, []))
    if not ok and is_last:
        raise AirflowFailException(result["error"]["message"])
    if not ok:
        raise AirflowException(result["error"]["message"])
    return result


@task(trigger_rule="all_done")
def finish(begun: dict | None, upstream: list) -> list[dict]:
    """Ends the runs: their params, metrics and the hashes of what their steps gave."""
    if begun is None:
        raise AirflowFailException("No run was begun")
    given = [one for one in upstream if one is not None]
    results = [result for one in given for result in ([one] if isinstance(one, dict) else one)]
    ok, finished = run_node("finish", {"begun": begun, "results": results}, [])
    if not ok:
        failed = [run["run"] for run in finished["runs"] if run["status"] != "succeeded"]
        raise AirflowFailException(f"Without all results: {', '.join(failed)}")
    return finished["runs"]
`;
}
