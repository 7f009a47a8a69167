"""What MLflow's own client finds at a tracking server, as one JSON document."""

import json
import sys

import mlflow
from mlflow import MlflowClient

mlflow.set_tracking_uri(sys.argv[1])
client = MlflowClient()

runs = []
for experiment in client.search_experiments():
    for run in client.search_runs([experiment.experiment_id], run_view_type=1, max_results=1000):
        files, folders = [], [""]
        while folders:
            for entry in client.list_artifacts(run.info.run_id, folders.pop() or None):
                (folders if entry.is_dir else files).append(entry.path)
        runs.append(
            {
                "experiment": experiment.name,
                "name": run.info.run_name,
                "status": run.info.status,
                "start": run.info.start_time,
                "end": run.info.end_time,
                "params": run.data.params,
                "tags": {key: value for key, value in run.data.tags.items() if not key.startswith("mlflow.log-model")},
                "points": {
                    key: [[one.step, repr(one.value)] for one in client.get_metric_history(run.info.run_id, key)]
                    for key in run.data.metrics
                },
                "files": sorted(files),
            }
        )

models = []
for model in client.search_registered_models():
    for version in client.search_model_versions(f"name='{model.name}'"):
        models.append(
            {
                "model": model.name,
                "version": version.version,
                "tags": version.tags,
                "run": client.get_run(version.run_id).data.tags["tagline.run"],
                "aliases": sorted(alias for alias, number in model.aliases.items() if number == version.version),
            }
        )

print(json.dumps({"runs": runs, "models": models}))
