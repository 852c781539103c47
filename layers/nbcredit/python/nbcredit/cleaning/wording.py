"""What the findings say, in Chinese and with what to do; no value of a person is in them."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from nbcredit.cleaning.quoting import quoted
from nbcredit.domain.catalogue import Field, Sensitivity
from nbcredit.domain.conditions import condition_in_words
from nbcredit.domain.identifiers import (
    credit_code_check_character,
    first_bad_place,
    masked,
    organisation_code_check_character,
)
from nbcredit.domain.issues import IssueCode

Finding = tuple[IssueCode, str]

_CODE_LENGTH: Final = 18
_SCIENTIFIC: Final = re.compile(r"[0-9](\.[0-9]+)?E\+[0-9]+")
_PLAIN_NUMBER: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?")
# Forms with long numbers of their own, which are to be read to be mended.
_OF_CODES: Final = frozenset(
    {"code", "credit-code", "reference", "amount", "date", "open-date", "month", "region"}
)
_UNIT: Final = re.compile(r"[（(]万?元[）)]$")
_WHOLE: Final = 12
_SHOWN_OPTIONS: Final = 12
_SHOWN_TEXT: Final = 60
_AS_TEXT: Final = "请把该列设为“文本”格式后重新填写"


def spaced(kind: str) -> str:
    """Return a word as it stands behind Chinese ones: Latin letters keep a space."""
    return f" {kind}" if kind[:1].isascii() else kind


def of_value(
    keyword: str, schema: Mapping[str, Any], field: Field, text: str, given_in: str = ""
) -> Finding:
    """Say what is wrong with a value that fails one keyword of its schema.

    `given_in` is the unit of an amount that the provider's header names, if it is not the item's.
    """
    title = field.title
    match keyword:
        case "format":
            return _BY_FORMAT[schema["format"]](title, text)
        case "pattern" if field.form == "amount":
            return _amount(field, text, given_in)
        case "pattern" if (damage := _damage(title, text)) is not None:
            return damage
        case "maxLength":
            most = schema["maxLength"]
            return (
                IssueCode.TOO_LONG,
                f"{title}有 {len(text)} 个字，最多 {most} 个字：请精简后重新填写。",
            )
        case "enum" | "items":
            return _not_listed(schema, field, text)
    return (IssueCode.NOT_LISTED, f"{title}的内容不符合要求：请按目录项的说明填写。")


def required(field: Field) -> str:
    return f"{field.title}不能为空：请填写。"


def required_when(when: str, field: Field) -> str:
    return f"{when}时，{field.title}不能为空：请填写。"


def one_of_required_when(when: str, fields: Sequence[Field]) -> str:
    titles = "和".join(field.title for field in fields)
    return f"{when}时，{titles}至少填写一项。"


def compared_by_name(field: Field) -> str:
    return (
        f"没有填{field.title}，入库前要按名称比对并由人确认，不会直接入库：请尽量补填后重新报送。"
    )


def condition(schema: Mapping[str, Any], fields: Mapping[str, Field]) -> str:
    """Say an `if` as the templates say it."""
    return condition_in_words(schema, fields)


def bad_character(title: str, text: str, place: int) -> str:
    point = ord(text[place])
    kind = "不能识别的字符（乱码）" if text[place] == "\ufffd" else "看不见的控制字符"
    return f"{title}的第 {place + 1} 个字是{kind}（U+{point:04X}）：请删去后重新填写。"


def excel_error(title: str, text: str) -> str:
    return f"{title}是 Excel 的错误值 {text}：请改为正确的内容后重新填写。"


def letters_for_digits(title: str) -> str:
    return f"{title}中的字母已更正为数字，更正后校验位相符：请核对证照。"


def serial_date(title: str, serial: str, day: str) -> str:
    return (
        f"{title}是 Excel 的日期序号 {serial}，已换算为 {day}：请核对，今后请把该列设为“日期”格式。"
    )


def suspect_zeros(title: str) -> str:
    return (
        f"{title}以 000 结尾，可能是 Excel 把后三位改成了 0，但不妨碍入库：请核对证照，"
        "并把该列设为“文本”格式。"
    )


def _lost_digits(title: str, text: str) -> Finding | None:
    if text.isdigit() and text.endswith("000") and text[0] != "0":
        return (IssueCode.LOST_DIGITS, f"{title}的后三位被 Excel 改成了 000：{_AS_TEXT}。")
    return None


def _damage(title: str, text: str) -> Finding | None:
    """Tell a number that was masked or recast before it was reported."""
    if "*" in text:
        return (IssueCode.MASKED_CODE, f"{title}中有 *，是脱敏后的号码：请填写完整的号码。")
    if _SCIENTIFIC.fullmatch(text):
        return (IssueCode.EXCEL_DAMAGE, f"{title}被 Excel 改成了科学计数法：{_AS_TEXT}。")
    return None


def _credit_code(title: str, text: str) -> Finding:
    damage = _damage(title, text)
    if damage is None and len(text) == _CODE_LENGTH:
        damage = _lost_digits(title, text)
    return damage or (IssueCode.BAD_CREDIT_CODE, _of_credit_code(title, text))


def _of_credit_code(title: str, text: str) -> str:
    if len(text) != _CODE_LENGTH:
        return f"{title}应为 18 位，现在是 {len(text)} 位：请核对证照。"
    place = first_bad_place(text)
    if place is not None:
        letter = text[place - 1]
        told = f"“{letter}”" if letter.isprintable() else f"（U+{ord(letter):04X}）"
        return (
            f"{title}第 {place} 位的{told}不会出现在统一社会信用代码中"
            "（没有字母 I、O、S、V、Z）：请核对证照。"
        )
    if text[0] == "0":
        return f"{title}的第 1 位不能是 0：请核对证照。"
    within = organisation_code_check_character(text[8:16]) != text[16]
    where = "第 9 至 17 位" if within else "前 8 位或末位"
    right = credit_code_check_character(text[:17])
    return (
        f"{title}校验不符，错误可能在{where}：按前 17 位计算，校验位应为 {right}，请逐位核对证照。"
    )


def _resident_id(title: str, text: str) -> Finding:
    damage = _damage(title, text)
    if damage is not None:
        return damage
    if len(text) != _CODE_LENGTH:
        told = f"{title}应为 18 位身份证号码，现在是 {len(text)} 位"
    elif (lost := _lost_digits(title, text)) is not None:
        return lost
    else:
        told = f"{title}不是有效的身份证号码（出生日期或校验位不符）"
    return (
        IssueCode.BAD_RESIDENT_ID,
        f"{told}：请核对证件；如果不是身份证，请填写相应的证件类型。",
    )


def _day(title: str, text: str) -> Finding:
    if text.isdigit():
        return (
            IssueCode.BAD_DATE,
            f"{title}是数字，不是有效的日期：请写成 2026-01-05 这样的格式。",
        )
    return (IssueCode.BAD_DATE, f"{title}不是有效的日期：请写成 2026-01-05 这样的格式。")


def _month(title: str, _text: str) -> Finding:
    return (IssueCode.BAD_DATE, f"{title}不是年月：请写成 2026-01 这样的格式。")


_BY_FORMAT: Final[Mapping[str, Callable[[str, str], Finding]]] = {
    "credit-code": _credit_code,
    "resident-id": _resident_id,
    "date": _day,
    "month": _month,
}


def _not_listed(schema: Mapping[str, Any], field: Field, text: str) -> Finding:
    title = field.title
    if field.form == "region":
        told = "不是宁波市（330200）或区（县、市）的代码：请填写 6 位地方编码"
        way = "，如海曙区填 330203（见模板的“选项”表），或留空。"
        return (IssueCode.BAD_REGION, f"{title}{told}{way}")
    options: Sequence[str] = schema["items"]["enum"] if "items" in schema else schema["enum"]
    listed = "；".join(options[:_SHOWN_OPTIONS])
    if len(options) > _SHOWN_OPTIONS:
        listed += " 等"
    if "items" not in schema:
        return (IssueCode.NOT_LISTED, f"{title}不在可选范围内：可填 {listed}。")
    bad = "、".join(f"“{part}”" for part in text.split(";") if part not in options)
    return (
        IssueCode.NOT_LISTED,
        f"{title}中的{shown(bad, field)}不在可选范围内：可填 {listed}（多项用分号分隔）。",
    )


def _amount(field: Field, text: str, given_in: str) -> Finding:
    """Say what is wrong with an amount, in the unit that the provider reads above the column."""
    title, schema = field.title, field.schema
    own = schema["x-unit"]
    unit = given_in or own
    if unit != own:
        title = _UNIT.sub(f"（{unit}）", title)
    if text.startswith("-") and _PLAIN_NUMBER.fullmatch(text):
        return (IssueCode.NEGATIVE, f"{title}不能小于 0：请核对。")
    if text.endswith("%"):
        return (
            IssueCode.BAD_NUMBER,
            f"{title}是百分数：请填金额，单位为{unit}，并把该列设为“常规”格式。",
        )
    if _PLAIN_NUMBER.fullmatch(text) is None:
        return (
            IssueCode.BAD_NUMBER,
            f"{title}不是数字：请只填数字，单位为{unit}。",
        )
    places = {("万元", "元"): 4, ("元", "万元"): -4}.get((own, unit), 0)
    most = schema["x-decimals"]
    if len(text.partition(".")[2]) > most:
        return (IssueCode.TOO_PRECISE, f"{title}{_precision(most - places)}：请核对。")
    return (
        IssueCode.BAD_NUMBER,
        f"{title}的整数部分最多 {_WHOLE + places} 位：请核对金额和单位。",
    )


def _precision(decimals: int) -> str:
    return f"最多 {decimals} 位小数" if decimals > 0 else "不能有小数"


def shown(text: str, field: Field) -> str:
    """Return a value as an issue may show it: short, printable, and masked if it is a person's."""
    start = quoted(text, most=_SHOWN_TEXT, of_code=field.form in _OF_CODES)
    if field.sensitivity is Sensitivity.PERSONAL:
        return masked(start)
    return start if len(text) <= _SHOWN_TEXT else f"{start}…"
