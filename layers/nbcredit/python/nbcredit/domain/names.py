"""How names and numbers are compared: by a form that folds what does not tell them apart."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Final

# Radicals, compatibility ideographs, full- and half-width forms: another code for the same sign.
# ① or ㎡ are signs of their own and stay.
_SAME_SIGNS: Final = (
    range(0x2E80, 0x2FE0), range(0xF900, 0xFB00), range(0xFF01, 0xFFEF), range(0x2F800, 0x2FA20),
)  # fmt: skip
COMPATIBILITY: Final[Mapping[int, str]] = {
    code: plain
    for codes in _SAME_SIGNS
    for code in codes
    if (plain := unicodedata.normalize("NFKC", chr(code))) != chr(code)
}
_UNSEEN: Final = (
    range(0x200B, 0x2010), range(0x202A, 0x202F), range(0x2060, 0x2070), range(0xFE00, 0xFE10),
    range(0xFEFF, 0xFF00), range(0xE0100, 0xE01F0), range(0xAD, 0xAE),
)  # fmt: skip
_ALIKE: Final[Mapping[int, str | None]] = {
    **{ord(c): "(" for c in "（〔［[【〈《{｛"},
    **{ord(c): ")" for c in "）〕］]】〉》}｝"},
    **{ord(c): "-" for c in "－—–‐‑‒―−﹣"},
    **{ord(c): "·" for c in "•・‧∙⋅"},
    **{ord(c): "0" for c in "〇○◯"},
    **{code: None for codes in _UNSEEN for code in codes},
}
_FOLD: Final[Mapping[int, str | None]] = {
    **{code: plain.translate(_ALIKE) for code, plain in COMPATIBILITY.items()},
    **_ALIKE,
}
_IN_FORM: Final = re.compile("[0-9A-Z()\u4e00-\u9fff-]*").fullmatch


def matching_form(text: str) -> str:
    """Fold what does not tell two names or numbers apart.

    Bracket shapes, width, radicals and compatibility forms, dashes, middle dots, the ways to write
    zero, case, white space and what cannot be seen.
    """
    plain = text.replace("〔", "(").replace("〕", ")").replace("（", "(").replace("）", ")")
    # Nearly all document numbers and many names are in their form by now.
    if _IN_FORM(plain):
        return plain
    return "".join(text.translate(_FOLD).split()).upper()
