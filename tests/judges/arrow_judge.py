"""Reads an Arrow file of Tagline's with pyarrow and DuckDB, and tells what it saw as JSON."""

import json
import sys

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

with pa.OSFile(sys.argv[1], "rb") as file:
    table = pa.ipc.open_file(file).read_all()
table.validate(full=True)
seen = table


def plain(value):
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, float):
        return repr(value)
    if hasattr(value, "isoformat"):
        return value.isoformat(timespec="milliseconds")
    return str(value)


print(
    json.dumps(
        {
            "rows": table.num_rows,
            "types": {field.name: str(field.type) for field in table.schema},
            "nullable": {field.name: field.nullable for field in table.schema},
            "metadata": table.schema.metadata is not None,
            "columns": {name: [plain(value) for value in table[name].to_pylist()] for name in table.column_names},
            "duckdb": duckdb.sql("select word, count(*) as n, sum(f64) as total from seen group by word order by word").fetchall(),
            "mean": pc.mean(table["f64"]).as_py(),
        }
    )
)
