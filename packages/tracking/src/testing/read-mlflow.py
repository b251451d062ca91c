"""Prints as JSON what MLflow's own client finds of an experiment: read-mlflow.py EXPERIMENT MODEL."""

import json
import sys

from mlflow import MlflowClient

experiment, model = sys.argv[1:]
client = MlflowClient()
found = client.get_experiment_by_name(experiment)


def files(run_id, path=None):
    for entry in client.list_artifacts(run_id, path):
        if entry.is_dir:
            yield from files(run_id, entry.path)
        else:
            yield entry.path


def describe(run):
    return {
        "name": run.info.run_name,
        "status": run.info.status,
        "params": run.data.params,
        "tags": run.data.tags,
        "metrics": {
            key: [[point.step, point.value] for point in client.get_metric_history(run.info.run_id, key)]
            for key in run.data.metrics
        },
        "datasets": [[given.dataset.name, given.dataset.digest, given.tags[0].value] for given in run.inputs.dataset_inputs],
        "files": sorted(files(run.info.run_id)),
        "id": run.info.run_id,
    }


runs = [describe(client.get_run(run.info.run_id)) for run in client.search_runs([found.experiment_id])]
try:
    version = client.get_model_version_by_alias(model, "newest")
    registered = {"version": version.version, "run": version.run_id, "source": version.source}
except Exception:
    registered = None
print(json.dumps({"runs": runs, "model": registered}))
