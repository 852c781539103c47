"""The catalogue's meta-schema, checked by the jsonschema library."""

import json
from collections.abc import Mapping
from importlib.resources import files
from typing import Any, Self

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match


class JsonSchemaChecker:
    """Checks item schemas against `schemas/catalogue/item.meta.json`."""

    def __init__(self, meta: Mapping[str, Any]) -> None:
        self._validator = Draft202012Validator(
            meta, format_checker=Draft202012Validator.FORMAT_CHECKER
        )

    @classmethod
    def shipped(cls) -> Self:
        """Return the checker with the meta-schema that travels with the code."""
        meta = files("nbcredit.adapters").joinpath("item.meta.json").read_bytes()
        return cls(json.loads(meta))

    def faults(self, schema: Mapping[str, Any]) -> list[str]:
        """Return every fault, each beginning with the JSON pointer of its place."""
        errors = sorted(
            self._validator.iter_errors(schema),
            key=lambda error: list(map(str, error.absolute_path)),
        )
        return [_told(error) for error in errors]


def _told(error: ValidationError) -> str:
    deepest = best_match(error.context) if error.context else None
    told = deepest or error
    pointer = "".join(f"/{part}" for part in told.absolute_path)
    return f"{pointer or '/'}：{told.message}"
