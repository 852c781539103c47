"""The rules between cells that JSON Schema cannot say: `x-item.rules` of the catalogue."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from nbcredit.cleaning.checking import Fault, Values
from nbcredit.domain.catalogue import RESIDENT_ID, Field, Item
from nbcredit.domain.identifiers import birth_date, is_resident_id, resident_id_of_15
from nbcredit.domain.issues import IssueCode

Rule = Callable[[Values], Fault | None]
# Changes the values in place, before they are checked, and tells what it changed.
Conversion = Callable[[dict[str, str]], Fault | None]

_OLD_LENGTH: Final = 15
_TEN_THOUSAND: Final = 10_000


def compile_rules(item: Item, *, today: date) -> tuple[Rule, ...]:
    """Compile the rules that judge a row."""
    makers: Mapping[str, Callable[[Mapping[str, Any]], Rule]] = {
        "not-after-today": lambda rule: _not_after(today, item.fields[rule["field"]]),
        "not-before": lambda rule: _not_before(
            item.fields[rule["field"]], item.fields[rule["than"]]
        ),
        "amount-unit": lambda rule: _amount_unit(
            item.fields[rule["amount"]], rule["text"], rule["word"]
        ),
        "resident-id": lambda rule: _born(today, rule),
        "doubtful-id": _doubtful,
        "known-values": lambda rule: _known(item.fields[rule["field"]]),
    }
    return tuple(makers[rule["rule"]](rule) for rule in item.rules)


def compile_conversions(item: Item) -> tuple[Conversion, ...]:
    """Compile what must be converted with a look at another cell."""
    return tuple(
        _to_18_digits(item.fields[rule["number"]], rule["type"])
        for rule in item.rules
        if rule["rule"] in {"resident-id", "doubtful-id"}
    )


def _is_resident(values: Values, type_field: str) -> bool:
    return values.get(type_field, RESIDENT_ID) == RESIDENT_ID


def _to_18_digits(field: Field, type_field: str) -> Conversion:
    note = Fault(
        IssueCode.CONVERTED_ID,
        field.name,
        f"{field.title}是 15 位身份证号码，已换算为 18 位：请核对，今后请填写 18 位号码。",
    )

    def convert(values: dict[str, str]) -> Fault | None:
        number = values.get(field.name)
        if number is None or len(number) != _OLD_LENGTH or not _is_resident(values, type_field):
            return None
        converted = resident_id_of_15(number)
        if converted is None:
            return None
        values[field.name] = converted
        return note

    return convert


def _not_after(today: date, field: Field) -> Rule:
    limit = today.isoformat()
    fault = Fault(
        IssueCode.DATE_IN_FUTURE, field.name, f"{field.title}晚于今天（{limit}）：请核对日期。"
    )

    def rule(values: Values) -> Fault | None:
        day = values.get(field.name)
        return fault if day is not None and day > limit else None

    return rule


def _not_before(field: Field, than: Field) -> Rule:
    fault = Fault(
        IssueCode.DATES_OUT_OF_ORDER,
        field.name,
        f"{field.title}早于{than.title}：请核对这两个日期。",
    )

    def rule(values: Values) -> Fault | None:
        later = values.get(field.name)
        if later is None:
            return None
        earlier = values.get(than.name)
        return fault if earlier is not None and later < earlier else None

    return rule


def _amount_unit(field: Field, text_field: str, word: str) -> Rule:
    """Warn where the amount, asked in 万元, repeats the number that the text gives in 元."""
    told = re.compile(
        re.escape(word) + r"[^0-9；;。，,]{0,16}([0-9][0-9,]*(?:\.[0-9]+)?)\s*(万?)元", re.ASCII
    )
    message = (
        f"{field.title}与处罚内容中以元计的数字相同，可能把元填成了万元："
        "请核对，1 万元填 1，2000 元填 0.2。"
    )
    fault = Fault(IssueCode.SUSPECT_UNIT, field.name, message)

    def rule(values: Values) -> Fault | None:
        amount = values.get(field.name)
        if amount is None or amount == "0":
            return None
        in_yuan = [
            Decimal(match[1].replace(",", "")) * (_TEN_THOUSAND if match[2] else 1)
            for match in told.finditer(values.get(text_field, ""))
        ]
        if not in_yuan:
            return None
        stated = Decimal(amount)
        right = stated * _TEN_THOUSAND in in_yuan
        return fault if not right and stated in in_yuan else None

    return rule


def _born(today: date, rule: Mapping[str, Any]) -> Rule:
    number_field, type_field = rule["number"], rule["type"]
    fault = Fault(
        IssueCode.BAD_RESIDENT_ID, number_field, "身份证号码中的出生日期晚于今天：请核对证件。"
    )

    def judge(values: Values) -> Fault | None:
        number = values.get(number_field)
        if number is None or not _is_resident(values, type_field) or not is_resident_id(number):
            return None
        born = birth_date(number)
        return fault if born is not None and born > today else None

    return judge


def _doubtful(rule: Mapping[str, Any]) -> Rule:
    number_field, type_field = rule["number"], rule["type"]
    fault = Fault(
        IssueCode.SUSPECT_ID,
        number_field,
        "法定代表人的身份证号码不是有效的 18 位号码，这一行仍然入库：请核对证件。",
    )

    def judge(values: Values) -> Fault | None:
        number = values.get(number_field)
        if number is None or not _is_resident(values, type_field) or is_resident_id(number):
            return None
        return fault

    return judge


def _known(field: Field) -> Rule:
    known = frozenset(field.schema["x-known"])
    fault = Fault(
        IssueCode.UNKNOWN_DOCUMENT_TYPE,
        field.name,
        f"{field.title}不是常见的证件类型，这一行仍然入库：请核对，居民身份证请填“身份证”。",
    )

    def rule(values: Values) -> Fault | None:
        value = values.get(field.name)
        return fault if value is not None and value not in known else None

    return rule
