"""Every way to spoil the rows of an item, from its schema; each is told by one code."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import chain, zip_longest
from typing import Any, Final

from nbcredit.domain.catalogue import Field, Item
from nbcredit.domain.identifiers import is_resident_id
from nbcredit.domain.issues import IssueCode
from nbcredit.samples.spoilers import (
    Spoiler,
    Values,
    alter,
    damaged,
    masked,
    put,
    surplus,
    with_wrong_last,
)

_AHEAD: Final = timedelta(days=40)
_LONGEST: Final = 300
_MOST_OF_A_KIND: Final = 3


def spoilers_of(
    item: Item, columns: Sequence[tuple[Field, str]], *, today: date
) -> tuple[Spoiler, ...]:
    """Return ways to spoil a row, those of different codes first.

    `columns` pairs the fields that the rows have with the names they go by in a row.
    """
    titles = {field.name: title for field, title in columns}
    found = [
        *chain.from_iterable(_of_cell(item, field, title) for field, title in columns),
        *_of_dates(item, titles, today),
        *_of_kinds(item, titles),
        surplus(),
    ]
    kinds: dict[IssueCode, list[Spoiler]] = {}
    for spoiler in found:
        ways = kinds.setdefault(spoiler.code, [])
        if len(ways) < _MOST_OF_A_KIND:
            ways.append(spoiler)
    rounds = zip_longest(*kinds.values())
    return tuple(spoiler for each in rounds for spoiler in each if spoiler is not None)


def _of_cell(item: Item, field: Field, title: str) -> Iterator[Spoiler]:
    if field.name in item.schema["required"]:
        yield put(IssueCode.REQUIRED, title, "")
    listed = field.form in {"choice", "choices"} and "x-known" not in field.schema
    make = _of_choice if listed else _BY_FORM.get(field.form)
    if make is not None:
        yield from make(field, title)


def _of_credit_code(_field: Field, title: str) -> Iterator[Spoiler]:
    yield alter(IssueCode.BAD_CREDIT_CODE, title, with_wrong_last)
    yield alter(IssueCode.MASKED_CODE, title, masked)
    yield alter(IssueCode.EXCEL_DAMAGE, title, damaged)


def _of_identity(_field: Field, title: str) -> Iterator[Spoiler]:
    for code, change in (
        (IssueCode.BAD_RESIDENT_ID, with_wrong_last),
        (IssueCode.MASKED_CODE, masked),
        (IssueCode.EXCEL_DAMAGE, damaged),
    ):
        yield _only_where(alter(code, title, change), title)


def _of_day(_field: Field, title: str) -> Iterator[Spoiler]:
    yield alter(IssueCode.BAD_DATE, title, lambda _day: "2026-13-45")


def _of_month(_field: Field, title: str) -> Iterator[Spoiler]:
    yield alter(IssueCode.BAD_DATE, title, lambda _month: "2026-13")


def _of_amount(field: Field, title: str) -> Iterator[Spoiler]:
    yield put(IssueCode.NEGATIVE, title, "-120")
    yield put(IssueCode.BAD_NUMBER, title, "一千二百元")
    yield put(IssueCode.TOO_PRECISE, title, "0." + "1" * (field.schema["x-decimals"] + 1))


def _of_region(_field: Field, title: str) -> Iterator[Spoiler]:
    yield put(IssueCode.BAD_REGION, title, "999999")


def _of_choice(_field: Field, title: str) -> Iterator[Spoiler]:
    yield alter(IssueCode.NOT_LISTED, title, lambda value: f"{value}；不在此列")


def _of_words(field: Field, title: str) -> Iterator[Spoiler]:
    most = field.schema["maxLength"]
    if most <= _LONGEST:
        yield put(IssueCode.TOO_LONG, title, "拟" * (most + 1))
    yield alter(IssueCode.BAD_CHARACTER, title, lambda text: f"{text[:2]}\ufffd{text[2:]}")


_BY_FORM: Final[Mapping[str, Callable[[Field, str], Iterator[Spoiler]]]] = {
    "credit-code": _of_credit_code,
    "identity": _of_identity,
    "date": _of_day,
    "open-date": _of_day,
    "month": _of_month,
    "amount": _of_amount,
    "region": _of_region,
    "text": _of_words,
    "name": _of_words,
    "reference": _of_words,
}


def _only_where(spoiler: Spoiler, title: str) -> Spoiler:
    """Spoil the numbers of residents alone: other documents have no check character."""

    def spoil(values: Values, earlier: Values | None) -> Values | None:
        if not is_resident_id(values.get(title, "")):
            return None
        return spoiler.spoil(values, earlier)

    return Spoiler(spoiler.code, spoil)


def _of_dates(item: Item, titles: Mapping[str, str], today: date) -> Iterator[Spoiler]:
    orders = [
        (rule["field"], rule["than"])
        for rule in item.rules
        if rule["rule"] == "not-before" and {rule["field"], rule["than"]} <= titles.keys()
    ]
    for rule in item.rules:
        if rule["rule"] == "not-after-today" and rule["field"] in titles:
            fields = (rule["field"], *_later(rule["field"], orders))
            yield _in_future([(item.fields[name], titles[name]) for name in fields], today)
    for name, than in orders:
        early = _spelled(item.fields[name], date(1951, 5, 1))
        yield _out_of_order(titles[name], titles[than], early)


def _later(name: str, orders: Iterable[tuple[str, str]]) -> Iterator[str]:
    for later, than in orders:
        if than == name:
            yield later
            yield from _later(later, orders)


def _in_future(columns: Sequence[tuple[Field, str]], today: date) -> Spoiler:
    """Move a date into the future, and with it those that may not be earlier."""

    def spoil(values: Values, _earlier: Values | None) -> Values | None:
        if not values.get(columns[0][1]):
            return None
        moved = {
            title: _spelled(field, today + _AHEAD) for field, title in columns if values.get(title)
        }
        return {**values, **moved}

    return Spoiler(IssueCode.DATE_IN_FUTURE, spoil)


def _out_of_order(title: str, than: str, early: str) -> Spoiler:
    def spoil(values: Values, _earlier: Values | None) -> Values | None:
        if not (values.get(title) and values.get(than)):
            return None
        return {**values, title: early}

    return Spoiler(IssueCode.DATES_OUT_OF_ORDER, spoil)


def _spelled(field: Field, day: date) -> str:
    return day.isoformat()[:7] if field.form == "month" else day.isoformat()


def _of_kinds(item: Item, titles: Mapping[str, str]) -> Iterator[Spoiler]:
    """Leave out what rows of one kind need, and without which they are not even compared."""
    compared = {way.number for way in item.subject_ways if way.may_name_alone}
    for condition in item.schema.get("allOf", ()):
        where = _constants(condition["if"], titles)
        if where is None:
            continue
        for name in condition["then"].get("required", ()):
            if name in titles and name not in compared:
                yield put(IssueCode.REQUIRED_FOR_KIND, titles[name], "", where=where)


def _constants(when: Mapping[str, Any], titles: Mapping[str, str]) -> Values | None:
    parts: Mapping[str, Any] = when.get("properties", {})
    if "not" in when or not parts.keys() <= titles.keys():
        return None
    if any("const" not in part for part in parts.values()):
        return None
    return {titles[name]: part["const"] for name, part in parts.items()}
