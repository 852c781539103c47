"""The catalogue's meta-schema, checked by the jsonschema library."""

from collections.abc import Mapping
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match


class JsonSchemaChecker:
    """Checks item schemas against `schemas/catalogue/item.meta.json`."""

    def __init__(self, meta: Mapping[str, Any]) -> None:
        self._validator = Draft202012Validator(
            meta, format_checker=Draft202012Validator.FORMAT_CHECKER
        )

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
