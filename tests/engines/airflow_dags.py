"""Loads DAG files as Airflow itself does and prints what it makes of them, as JSON."""

import json
import os
import py_compile
import sys
import tempfile

with tempfile.TemporaryDirectory() as compiled:
    for path in sys.argv[2:]:
        py_compile.compile(path, cfile=os.path.join(compiled, "dag.pyc"), doraise=True)

from airflow.dag_processing.dagbag import DagBag  # noqa: E402

bag = DagBag(dag_folder=sys.argv[1])
print(
    json.dumps(
        {
            "errors": bag.import_errors,
            "dags": {
                dag_id: {
                    "schedule": str(getattr(dag.timetable, "expression", dag.timetable.__class__.__name__)),
                    "timezone": str(getattr(dag.timetable, "timezone", None)),
                    "params": {name: [dag.params.get_param(name).value, dag.params.get_param(name).description] for name in dag.params},
                    "schemas": {name: dag.params.get_param(name).schema for name in dag.params if name != "grid"},
                    "valid": dag.params.validate() is not None,
                    "tasks": {
                        task.task_id: {
                            "before": sorted(task.upstream_task_ids),
                            "mapped": bool(task.is_mapped),
                            "retries": task.retries,
                            "seconds": task.execution_timeout.total_seconds() if task.execution_timeout else None,
                            "pool": task.pool,
                        }
                        for task in dag.tasks
                    },
                }
                for dag_id, dag in bag.dags.items()
            },
        }
    )
)
