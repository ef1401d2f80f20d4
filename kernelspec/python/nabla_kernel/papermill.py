"""Lets `papermill -p rate 0.5` write parameters into notebooks of Nabla.

papermill looks for engines of others when it starts, and has no such place for translators: so the translator is
registered where the engine is found, which itself adds nothing.
"""

import math

from papermill.engines import NBClientEngine
from papermill.translators import Translator, papermill_translators


class NablaTranslator(Translator):
    """Python's values as expressions of Nabla."""

    @classmethod
    def translate_none(cls, val):
        return "nothing"

    @classmethod
    def translate_bool(cls, val):
        return "true" if val else "false"

    @classmethod
    def translate_float(cls, val):
        if math.isnan(val):
            return "NaN"
        return repr(val) if math.isfinite(val) else "Inf" if val > 0 else "-Inf"

    @classmethod
    def translate_str(cls, val):
        escapes = {"\\": "\\\\", '"': '\\"', "$": "\\$", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
        return '"' + "".join(escapes.get(character, character) for character in val) + '"'

    @classmethod
    def translate_list(cls, val):
        return "[" + ", ".join(cls.translate(item) for item in val) + "]"

    @classmethod
    def translate_tuple(cls, val):
        return "(" + "".join(cls.translate(item) + ", " for item in val).rstrip(" ") + ")"

    @classmethod
    def translate_dict(cls, val):
        for name in val:
            if not str(name).isidentifier():
                raise ValueError(f"a record of Nabla has names as fields, and {name!r} is none")
        return "(" + "".join(f"{name} = {cls.translate(item)}, " for name, item in val.items()).rstrip(" ") + ")"

    @classmethod
    def comment(cls, cmt_str):
        return f"# {cmt_str}".strip()


papermill_translators.register("nabla", NablaTranslator)


class Engine(NBClientEngine):
    """The usual one."""
