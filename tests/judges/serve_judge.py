"""Judges a served model's OpenAPI document: `serve_judge.py URL` of its openapi.json."""

import json
import sys
from urllib.request import urlopen

from openapi_spec_validator import OpenAPIV31SpecValidator

with urlopen(sys.argv[1]) as reply:
    document = json.load(reply)
errors = [error.message for error in OpenAPIV31SpecValidator(document).iter_errors()]
print(json.dumps({"openapi": document["openapi"], "errors": errors}))
