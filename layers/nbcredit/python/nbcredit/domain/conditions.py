"""Under which condition a schema asks for a value, in words (A6.1, A8.3)."""

from collections.abc import Mapping
from typing import Any

from nbcredit.domain.catalogue import Field


def condition_in_words(condition: Mapping[str, Any], fields: Mapping[str, Field]) -> str:
    """Say an `if` in words: 行政相对人类别为“自然人”且没填证件类型."""
    valued = condition.get("properties", {})
    told = [f"{fields[name].title}{_is(part)}" for name, part in valued.items()]
    told += [
        f"填了{fields[name].title}" for name in condition.get("required", ()) if name not in valued
    ]
    told += [f"没填{fields[name].title}" for name in condition.get("not", {}).get("required", ())]
    return "且".join(told)


def _is(value: Mapping[str, Any]) -> str:
    options = [value["const"]] if "const" in value else value.get("enum", ())
    words = "或".join(f"“{option}”" for option in options)
    return f"为{words}" if words else "符合规定的格式"
