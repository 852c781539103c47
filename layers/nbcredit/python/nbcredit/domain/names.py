"""How names and numbers are compared: by a form that folds what does not tell them apart."""

import re
from collections.abc import Mapping
from typing import Final

_FOLD: Final[Mapping[int, str | int]] = {
    **{ord(c): "(" for c in "（〔［[【〈《{｛"},
    **{ord(c): ")" for c in "）〕］]】〉》}｝"},
    **{ord(c): "-" for c in "－—–‐"},
    **{code: code - 0xFEE0 for code in range(0xFF10, 0xFF1A)},
    **{code: code - 0xFEE0 for code in range(0xFF21, 0xFF3B)},
    **{code: code - 0xFEE0 for code in range(0xFF41, 0xFF5B)},
}
_SPACE: Final = re.compile(r"\s+")


def matching_form(text: str) -> str:
    """Fold what does not tell two names or numbers apart: bracket shapes, width, case, space."""
    return _SPACE.sub("", text.translate(_FOLD)).upper()
