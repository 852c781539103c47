"""The rules between cells that JSON Schema cannot say: `x-item.rules` of the catalogue."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple

from nbcredit.cleaning.checking import CellCheck, Fault, RowCheck, Values
from nbcredit.cleaning.normalising import resident_id
from nbcredit.domain.catalogue import RESIDENT_ID, Field, Item, Sensitivity
from nbcredit.domain.cell_changes import ChangeKind
from nbcredit.domain.identifiers import is_resident_id, resident_id_of_15
from nbcredit.domain.issues import IssueCode

_OLD_LENGTH: Final = 15
_TEN_THOUSAND: Final = 10_000
# Before, hardly any of the bodies existed that are reported about; day 0 of Unix stands for none.
_EARLIEST: Final = "1950"
_NOTHING: Final = frozenset({"1970-01-01", "1970-01"})


def compile_cell_rules(item: Item, *, today: date) -> Iterator[tuple[str, CellCheck]]:
    """Yield the rules that look at one cell only, each with its field."""
    for rule in item.rules:
        match rule:
            case {"rule": "not-after-today", "field": name}:
                yield name, _not_after(today, item.fields[name])
            case {"rule": "known-values", "field": name}:
                yield name, _known(item.fields[name])


def compile_row_rules(item: Item, *, today: date) -> Iterator[tuple[Sequence[str], RowCheck]]:
    """Yield the rules between cells, each with the fields that it needs."""
    fields = item.fields
    for rule in item.rules:
        match rule:
            case {"rule": "not-before", "field": name, "than": than}:
                yield (name, than), _not_before(fields[name], fields[than])
            case {"rule": "amount-unit", "amount": amount, "text": text, "word": word}:
                yield (amount, text), _amount_unit(fields[amount], fields[text], word)
            case {"rule": "resident-id", "number": number, "type": kind}:
                yield (number,), _born(today, fields[number], kind)
            case {"rule": "doubtful-id", "number": number, "type": kind}:
                yield (number,), _doubtful(fields[number], kind)


class Conversion(NamedTuple):
    """What an identity number becomes, how that is told, and what kind of change it is."""

    number: str
    note: Fault
    kind: ChangeKind


# Looks at the whole row, because only the document's type says whether a number is one.
Converter = Callable[[Values], Conversion | None]


def compile_converters(item: Item) -> Mapping[str, Converter]:
    """Return for each field with identity numbers what converts them."""
    return {
        rule["number"]: _converter(item.fields[rule["number"]], rule["type"])
        for rule in item.rules
        if rule["rule"] in {"resident-id", "doubtful-id"}
    }


def _is_resident(values: Values, type_field: str) -> bool:
    return values.get(type_field, RESIDENT_ID) == RESIDENT_ID


def _converter(field: Field, type_field: str) -> Converter:
    lengthened = Fault(
        IssueCode.CONVERTED_ID,
        field.name,
        f"{field.title}是 15 位身份证号码，已换算为 18 位：请核对，今后请填写 18 位号码。",
    )
    corrected = Fault(
        IssueCode.LETTERS_FOR_DIGITS,
        field.name,
        f"{field.title}中的字母已更正为数字，更正后校验位相符：请核对证件。",
    )

    def convert(values: Values) -> Conversion | None:
        number = values[field.name]
        if not _is_resident(values, type_field):
            return None
        if len(number) == _OLD_LENGTH:
            longer = resident_id_of_15(number)
            return Conversion(longer, lengthened, ChangeKind.OLD_NUMBER) if longer else None
        digits = resident_id(number)
        return Conversion(digits, corrected, ChangeKind.DIGITS) if digits != number else None

    return convert


def _not_after(today: date, field: Field) -> CellCheck:
    limit = today.isoformat()
    fault = Fault(
        IssueCode.DATE_IN_FUTURE, field.name, f"{field.title}晚于今天（{limit}）：请核对日期。"
    )
    # The day of a birth may well be that early.
    if field.sensitivity is Sensitivity.PERSONAL:
        return lambda day: fault if day > limit else None
    early = Fault(
        IssueCode.IMPLAUSIBLE_DATE,
        field.name,
        f"{field.title}早得不像真的，但不妨碍入库：请核对日期，"
        "不要用 1900-01-01、1970-01-01 等代替空值。",
    )

    def rule(day: str) -> Fault | None:
        if day > limit:
            return fault
        return early if day < _EARLIEST or day in _NOTHING else None

    return rule


def _known(field: Field) -> CellCheck:
    known = frozenset(field.schema["x-known"])
    fault = Fault(
        IssueCode.UNKNOWN_DOCUMENT_TYPE,
        field.name,
        f"{field.title}不是常见的证件类型，但不妨碍入库：请核对，居民身份证请填“身份证”。",
    )
    return lambda value: None if value in known else fault


def _not_before(field: Field, than: Field) -> RowCheck:
    later, earlier = field.name, than.name
    fault = Fault(
        IssueCode.DATES_OUT_OF_ORDER,
        field.name,
        f"{field.title}早于{than.title}：请核对这两个日期。",
    )
    return lambda values: fault if values[later] < values[earlier] else None


def _amount_unit(field: Field, text: Field, word: str) -> RowCheck:
    """Warn where the amount is ten thousand times the one of the text: 元 taken for 万元."""
    told = re.compile(
        re.escape(word) + r"[^0-9；;。，,]{0,16}([0-9][0-9,]*(?:\.[0-9]+)?)\s*(万?)元", re.ASCII
    )
    # The provider's own header may give the column in 元: the message holds for both.
    message = (
        f"{field.title.partition('（')[0]}是{text.title}中金额的一万倍，可能弄混了元和万元："
        "请按本列列名中的单位核对，2000 元在以万元计的列填 0.2，在以元计的列填 2000。"
    )
    fault = Fault(IssueCode.SUSPECT_UNIT, field.name, message)

    def rule(values: Values) -> Fault | None:
        amount, content = values[field.name], values[text.name]
        # Without commas and 万 a number equal to the amount holds its digits as they are.
        if amount not in content and "," not in content and "万" not in content:
            return None
        if amount == "0":
            return None
        in_yuan = [
            Decimal(match[1].replace(",", "")) * (_TEN_THOUSAND if match[2] else 1)
            for match in told.finditer(content)
        ]
        if not in_yuan:
            return None
        stated = Decimal(amount)
        right = stated * _TEN_THOUSAND in in_yuan
        return fault if not right and stated in in_yuan else None

    return rule


def _born(today: date, field: Field, type_field: str) -> RowCheck:
    limit = f"{today:%Y%m%d}"
    fault = Fault(
        IssueCode.BAD_RESIDENT_ID, field.name, "身份证号码中的出生日期晚于今天：请核对证件。"
    )

    def rule(values: Values) -> Fault | None:
        number = values[field.name]
        if number[6:14] <= limit or not _is_resident(values, type_field):
            return None
        return fault if is_resident_id(number) else None

    return rule


def _doubtful(field: Field, type_field: str) -> RowCheck:
    fault = Fault(
        IssueCode.SUSPECT_ID,
        field.name,
        f"{field.title}不是有效的 18 位身份证号码，但不妨碍入库：请核对证件。",
    )

    def rule(values: Values) -> Fault | None:
        number = values[field.name]
        if is_resident_id(number) or not _is_resident(values, type_field):
            return None
        return fault

    return rule
