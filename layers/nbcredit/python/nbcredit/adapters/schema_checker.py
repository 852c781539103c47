"""The catalogue's meta-schema, checked by the jsonschema library."""

import json
from collections.abc import Mapping
from importlib.resources import files
from typing import Any, Final, Self

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match

_TOLD: Final[Mapping[str, str]] = {
    "required": "缺少必需的关键字",
    "additionalProperties": "有不认识的关键字",
    "propertyNames": "有不能用在这里的关键字",
    "enum": "不是允许的值",
    "const": "不是允许的值",
    "type": "类型不对",
    "pattern": "写法不对",
    "format": "写法不对",
    "minItems": "内容太少",
    "minProperties": "内容太少",
    "uniqueItems": "有重复",
    "maximum": "超过上限",
    "maxLength": "太长",
}


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
        return sorted(_told(error) for error in self._validator.iter_errors(schema))


def _told(error: ValidationError) -> str:
    deepest = best_match(error.context) if error.context else None
    cause = deepest or error
    pointer = "".join(f"/{part}" for part in cause.absolute_path) or "/"
    words = _TOLD.get(str(cause.validator), "不符合元模式")
    return f"{pointer}：{words}（{cause.message}）"
