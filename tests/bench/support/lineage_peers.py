"""What the lineage bench measures beside. Each command prints one JSON object.

lineage_peers.py sqlite FILE LINES BATCH   the lines of a file into SQLite (WAL, each transaction synced), BATCH rows at a time
lineage_peers.py mlflow URI COUNT BATCH    COUNT metrics to an MLflow server, by log_metric (BATCH 1) or log_batch
"""

import json
import os
import sqlite3
import sys
import time


def to_sqlite(path, lines_path, batch):
    with open(lines_path, encoding="utf-8") as lines:
        rows = [(line.rstrip("\n"),) for line in lines]
    db = sqlite3.connect(path, isolation_level=None)
    mode = db.execute("pragma journal_mode = wal").fetchone()[0]
    # FULL syncs the WAL at each commit: the bound that the lineage log keeps.
    db.execute("pragma synchronous = full")
    db.execute("create table events (seq integer primary key, body text not null)")
    began = time.perf_counter()
    for start in range(0, len(rows), batch):
        db.execute("begin")
        db.executemany("insert into events (body) values (?)", rows[start : start + batch])
        db.execute("commit")
    seconds = time.perf_counter() - began
    synced = db.execute("pragma synchronous").fetchone()[0]
    count = db.execute("select count(*) from events").fetchone()[0]
    db.execute("pragma wal_checkpoint(truncate)")
    db.close()
    if (mode, synced, count) != ("wal", 2, len(rows)):
        raise SystemExit(f"SQLite did something else: {mode}, synchronous {synced}, {count} rows")
    return {"seconds": seconds, "bytes": os.path.getsize(path)}


def to_mlflow(uri, count, batch):
    from mlflow.entities import Metric
    from mlflow.tracking import MlflowClient

    client = MlflowClient(uri)
    run = client.create_run("0").info.run_id
    client.log_metric(run, "warm", 0.5)
    began = time.perf_counter()
    if batch == 1:
        for step in range(count):
            client.log_metric(run, "loss", step / count, step=step, synchronous=True)
    else:
        for start in range(0, count, batch):
            moment = int(time.time() * 1000)
            steps = range(start, min(start + batch, count))
            client.log_batch(run, [Metric("loss", step / count, moment, step) for step in steps], synchronous=True)
    seconds = time.perf_counter() - began
    found = len(client.get_metric_history(run, "loss"))
    if found != count:
        raise SystemExit(f"MLflow kept {found} of {count} metrics")
    return {"seconds": seconds}


if __name__ == "__main__":
    what, place, second, batch = sys.argv[1:5]
    answer = to_sqlite(place, second, int(batch)) if what == "sqlite" else to_mlflow(place, int(second), int(batch))
    print(json.dumps(answer))
