"""Builds each event anew from the classes that the OpenLineage project generates from its specification.

Reads events from standard input, one a line; prints {"events", "facets": {name: count}, "errors": [...]}.
"""

import importlib
import json
import pkgutil
import sys
import types
import typing
from collections import Counter

import attr
from openlineage.client import generated
from openlineage.client.event_v2 import InputDataset, Job, OutputDataset, Run, RunEvent, RunState

FACETS = {}
for module in pkgutil.iter_modules(generated.__path__):
    loaded = importlib.import_module(f"{generated.__name__}.{module.name}")
    for name, value in vars(loaded).items():
        if isinstance(value, type) and name.endswith("Facet") and attr.has(value):
            FACETS[name] = value

counts = Counter()


def build(cls, fields):
    """An instance of an attrs class; a field that it does not have, or of another type, is an error."""
    hints = typing.get_type_hints(cls)
    known = {field.name.lstrip("_"): field for field in attr.fields(cls)}
    unknown = set(fields) - set(known)
    if unknown:
        raise TypeError(f"{cls.__name__} has no {sorted(unknown)}")
    return cls(**{name: convert(hints[name], value, f"{cls.__name__}.{name}") for name, value in fields.items()})


def convert(hint, value, where):
    origin = typing.get_origin(hint)
    if origin in (typing.Union, types.UnionType):
        options = [one for one in typing.get_args(hint) if one is not type(None)]
        if value is None:
            if type(None) not in typing.get_args(hint):
                raise TypeError(f"{where} is null")
            return None
        return convert(options[0], value, where)
    if origin is list:
        if not isinstance(value, list):
            raise TypeError(f"{where} is no list")
        return [convert(typing.get_args(hint)[0], one, where) for one in value]
    if origin is dict:
        return {name: facet(name, one) for name, one in value.items()}
    if attr.has(hint):
        return build(hint, value)
    if hint is float and isinstance(value, int):
        return value
    if not isinstance(value, hint) or (hint is int and isinstance(value, bool)):
        raise TypeError(f"{where} is {type(value).__name__}, not {hint.__name__}")
    return value


def facet(name, fields):
    fields = dict(fields)
    producer, schema = fields.pop("_producer"), fields.pop("_schemaURL")
    class_name = schema.rsplit("/", 1)[-1]
    cls = FACETS[class_name]
    if schema != cls._get_schema():
        raise ValueError(f"{name} is of {schema}, not {cls._get_schema()}")
    made = build(cls, fields)
    made._producer = producer
    counts[name] += 1
    return made


def facets(named):
    return {name: facet(name, fields) for name, fields in named.items()}


def dataset(cls, data, own):
    unknown = set(data) - {"namespace", "name", "facets", own}
    if unknown:
        raise TypeError(f"a dataset has no {sorted(unknown)}")
    return cls(
        namespace=data["namespace"],
        name=data["name"],
        facets=facets(data.get("facets", {})),
        **{own: facets(data.get(own, {}))},
    )


errors = []
events = 0
for line in sys.stdin:
    event = json.loads(line)
    events += 1
    try:
        if event["schemaURL"] != RunEvent._get_schema():
            raise ValueError(f"the event is of {event['schemaURL']}, not {RunEvent._get_schema()}")
        RunEvent(
            eventType=RunState(event["eventType"]),
            eventTime=event["eventTime"],
            producer=event["producer"],
            run=Run(runId=event["run"]["runId"], facets=facets(event["run"]["facets"])),
            job=Job(
                namespace=event["job"]["namespace"], name=event["job"]["name"], facets=facets(event["job"]["facets"])
            ),
            inputs=[dataset(InputDataset, one, "inputFacets") for one in event["inputs"]],
            outputs=[dataset(OutputDataset, one, "outputFacets") for one in event["outputs"]],
        )
    except Exception as error:  # noqa: BLE001 whatever it is, the event is not one
        errors.append(f"event {events}: {type(error).__name__}: {error}")

print(json.dumps({"events": events, "facets": dict(sorted(counts.items())), "errors": errors[:20]}))
