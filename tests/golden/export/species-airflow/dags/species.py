# The pipeline of species.ipynb for Apache Airflow 3, exported by Tagline 0.1.0. README.md says how to deploy it.
#
# A task runs one step of the Node project, of which every worker has a copy. Values travel through the artifact store; what tasks hand
# each other are small documents that name them.
from __future__ import annotations

import json
import os
import subprocess
from datetime import timedelta
from uuid import NAMESPACE_URL, uuid5

from airflow.sdk import DAG, Connection, Param, Variable, get_current_context, task
from airflow.sdk.exceptions import AirflowException, AirflowFailException, AirflowNotFoundException

# The variable of a worker's environment that says where its copy of the project is.
PROJECT = "SPECIES_PROJECT"

# Of OpenLineage's jobs. Events go to OPENLINEAGE_URL, if a worker's environment has it.
NAMESPACE = os.environ.get("OPENLINEAGE_NAMESPACE", "species")

# Secrets that steps read: from a worker's environment, else from Airflow's variables.
SECRETS = {}

# How often a step may be tried again after a failure of its own. A lost worker is worth 2 more tries in any case.
OWN_RETRIES = {}


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
    grid = params.pop("grid", {})
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


with DAG(
    dag_id="species",
    description="The pipeline of species.ipynb",
    schedule=None,
    catchup=False,
    tags=["tagline"],
    default_args={
        "retries": 2,
        "retry_delay": timedelta(seconds=1),
        "retry_exponential_backoff": 2.0,
        "max_retry_delay": timedelta(minutes=1),
    },
    params={
        "margin": Param(1, type="number", minimum=0),
        "grid": Param(
            {},
            type="object",
            description="Several values of a param: one run for each combination, such as {\"name\": [1, 2]}. Steps share what is the same.",
            additionalProperties=False,
            properties={
                "margin": {"type": "array", "minItems": 1, "items": {"type": "number", "minimum": 0}},
            },
        ),
    },
) as dag:
    begun = begin()
    # margin makes a difference to register
    values_of_register = fan_out.override(task_id="values_of_register")(begun, "register")

    load = run_step.override(task_id="load")(step="load", begun=begun, upstream=[])
    fit = run_step.override(task_id="fit")(step="fit", begun=begun, upstream=[load])
    register = run_step.override(task_id="register").partial(
        step="register", begun=begun, upstream=[load, fit]
    ).expand(work=values_of_register)

    finish(begun, [load, fit, register])
