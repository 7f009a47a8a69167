"""Teaches papermill to write parameters in TypeScript: `papermill in.ipynb out.ipynb -p units 32`.

papermill imports the engines that packages name under its entry point `papermill.engine`; that is when this module
registers its translator. The engine itself is papermill's own.
"""

import json
import math
import re

from papermill.engines import NBClientEngine
from papermill.translators import Translator, papermill_translators


class TypeScriptTranslator(Translator):
    """Each parameter becomes a `param()` call, so that the lineage log has the value of this run, once."""

    @classmethod
    def translate_none(cls, val):
        return "null"

    @classmethod
    def translate_bool(cls, val):
        return "true" if val else "false"

    @classmethod
    def translate_int(cls, val):
        # Beyond this JavaScript's numbers skip some.
        return str(val) if abs(val) < 2**53 else f"{val}n"

    @classmethod
    def translate_float(cls, val):
        if math.isnan(val):
            return "Number.NaN"
        if math.isinf(val):
            return "Number.POSITIVE_INFINITY" if val > 0 else "Number.NEGATIVE_INFINITY"
        return repr(val)

    @classmethod
    def translate_str(cls, val):
        return json.dumps(val)

    @classmethod
    def translate_escaped_str(cls, str_val):
        return json.dumps(str(str_val))

    @classmethod
    def translate_list(cls, val):
        return f"[{', '.join(cls.translate(one) for one in val)}]"

    @classmethod
    def translate_dict(cls, val):
        return f"{{ {', '.join(f'{json.dumps(str(key))}: {cls.translate(one)}' for key, one in val.items())} }}"

    @classmethod
    def comment(cls, cmt_str):
        return f"// {cmt_str}".strip()

    @classmethod
    def assign(cls, name, str_val):
        # No other text than a name may become code.
        if not re.fullmatch(r"[^\W\d][\w$]*", name.replace("$", "_")):
            raise ValueError(f"Cannot set the parameter {name!r}: it is no name of a variable")
        return f"const {name} = param({json.dumps(name)}, {str_val});"

    @classmethod
    def codify(cls, parameters, comment="Parameters"):
        lines = [cls.comment(comment), 'import { param } from "tagline";']
        lines += [cls.assign(name, cls.translate(value)) for name, value in parameters.items()]
        return "\n".join(lines) + "\n"


papermill_translators.register("typescript", TypeScriptTranslator)


class TaglineEngine(NBClientEngine):
    """papermill's own engine, under a name of ours: `--engine tagline`."""
