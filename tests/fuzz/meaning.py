"""Whether a clean value says what the cell said: compared without any normaliser of the engine."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Final, NamedTuple

from nbcredit.domain.catalogue import Field
from nbcredit.domain.cell_changes import ChangeKind as Kind
from nbcredit.domain.identifiers import is_credit_code, is_resident_id

# White space as a reader sees it: without the control characters that Python counts to it.
_WHITE: Final = " \t\r\n\xa0\u3000\u1680\u202f\u205f\u2028\u2029" + "".join(
    map(chr, range(0x2000, 0x200B))
)
_UNSEEN: Final = re.compile("[\xad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
# Places of the private area that GB 18030 of 2000 used, and the characters that are meant.
_LATER: Final = re.compile("[\ue78d-\ue864\ufe10-\ufe19\u1e3f\u9fb4-\u9fbb]")
_NOTHING: Final = {
    "\\N", "\\n", "NULL", "null", "Null", "N/A", "#N/A", "nan", "NaN", "暂无", "无", "/", "-",
    "－", "—", "——", "--", "／", "空值", "无处罚期限", "不适用",
}  # fmt: skip
_FOR_EVER: Final = {"长期", "长期有效", "永久", "永久有效", "无限期", "无固定期限", "无期限"}
_TEXTS: Final = {"text", "name", "reference"}
_DIGITS: Final = dict(zip("OIZSLB", "012518", strict=True))


class Changed(NamedTuple):
    """A cell that was read as another value, and what was counted of it."""

    field: Field
    raw: str
    value: str
    kinds: frozenset[Kind]
    given_in: str
    zero: date


def is_blank(text: str) -> bool:
    return not _UNSEEN.sub("", text).strip(_WHITE)


def objection(changed: Changed) -> str:
    """Return why a change is wrong or was not told, or an empty text."""
    if not changed.kinds:
        return "nothing was counted"
    if not changed.value:
        return _vanished(changed)
    if changed.field.form in _TEXTS:
        same = _bare(changed.raw) == _bare(changed.value)
        return "" if same else "a text has other characters"
    if changed.kinds <= {Kind.WHITE_SPACE, Kind.REMOVED, Kind.WIDTH}:
        same = _alike(changed.raw) == _alike(changed.value)
        return "" if same else "more than white space and width is different"
    kind = next(each for each in Kind if each in changed.kinds and each in _BY_KIND)
    return "" if _BY_KIND[kind](changed) else f"it is no {kind.label}"


def _vanished(changed: Changed) -> str:
    if is_blank(changed.raw):
        return ""
    if Kind.NULL_WORD not in changed.kinds:
        return "its content vanished"
    left = _bare(changed.raw)
    if left in {_bare(word) for word in _NOTHING} or not any(map(str.isalnum, left)):
        return ""
    return "content was taken for nothing"


def _bare(text: str) -> str:
    """Drop white space and what cannot be seen."""
    text = _LATER.sub("", _UNSEEN.sub("", text))
    return "".join(each for each in text if each not in _WHITE)


def _alike(text: str) -> str:
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", _bare(text))))


def _is_code(changed: Changed) -> bool:
    return _alike(changed.raw).upper() == _alike(changed.value).upper()


def _is_day(changed: Changed) -> bool:
    raw = unicodedata.normalize("NFKC", _UNSEEN.sub("", changed.raw)).strip(f"{_WHITE}'")
    value = changed.value
    if raw in _FOR_EVER or value == "9999-12-31":
        return value == "9999-12-31" and (raw in _FOR_EVER or raw.startswith(("9999", "2099")))
    found = re.match(r"([0-9]{4})\D?([0-9]{1,2})(?:\D?([0-9]{1,2}))?", raw)
    if found is None:
        return False
    numbers = [int(part) for part in found.groups() if part]
    asked = [int(part) for part in value.split("-")]
    return numbers[: len(asked)] == asked


def _is_serial(changed: Changed) -> bool:
    raw = unicodedata.normalize("NFKC", _bare(changed.raw)).strip("'")
    day = changed.zero + timedelta(days=int(float(raw)))
    return day.isoformat().startswith(changed.value)


def _is_amount(changed: Changed) -> bool:
    plain = unicodedata.normalize("NFKC", changed.raw)
    try:
        told = Decimal("".join(re.findall(r"[-.0-9]", plain.replace("。", "."))))
        value = Decimal(changed.value)
    except InvalidOperation:
        return False
    asked = changed.field.schema["x-unit"]
    factor = {("元", "万元"): Decimal("0.0001"), ("万元", "元"): Decimal(10_000)}
    return told * factor.get((changed.given_in, asked), 1) == value


def _is_option(changed: Changed) -> bool:
    schema = changed.field.schema
    options = schema.get("enum") or schema.get("items", {}).get("enum") or schema.get("x-known", ())
    known = {_alike(option).casefold(): option for option in options}
    known |= {_alike(word).casefold(): each for word, each in schema.get("x-synonyms", {}).items()}
    parts = re.split("[;；]", changed.raw) if "items" in schema else [changed.raw]
    wanted = {known.get(_alike(part).casefold()) for part in parts if not is_blank(part)}
    return wanted == set(changed.value.split(";") if "items" in schema else [changed.value])


def _is_corrected(changed: Changed) -> bool:
    raw, value = _alike(changed.raw).upper(), changed.value
    right = is_credit_code(value) or is_resident_id(value)
    pairs = zip(raw, value, strict=False)
    return right and len(raw) == len(value) and all(a == b or _DIGITS.get(a) == b for a, b in pairs)


def _is_longer(changed: Changed) -> bool:
    raw, value = _alike(changed.raw), changed.value
    return is_resident_id(value) and raw == value[:6] + value[8:17] and value[6:8] == "19"


# The change that says most comes first where there were several.
_BY_KIND: Final[Mapping[Kind, Callable[[Changed], bool]]] = {
    Kind.CODE: _is_code,
    Kind.DATE: _is_day,
    Kind.AMOUNT: _is_amount,
    Kind.WORDING: _is_option,
    Kind.DIGITS: _is_corrected,
    Kind.OLD_NUMBER: _is_longer,
    Kind.SERIAL_DATE: _is_serial,
}
