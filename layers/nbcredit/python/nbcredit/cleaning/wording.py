"""What the findings say, in Chinese and with what to do; no value of a person is in them."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from nbcredit.domain.catalogue import Field, Sensitivity
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
_SERIAL_DAY: Final = re.compile(r"[1-5][0-9]{4}(\.[0-9]+)?")
_PLAIN_NUMBER: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_SHOWN_OPTIONS: Final = 12
_SHOWN_TEXT: Final = 60
_AS_TEXT: Final = "请把该列设为“文本”格式后重新填写"


def of_value(keyword: str, schema: Mapping[str, Any], field: Field, text: str) -> Finding:
    """Say what is wrong with a value that fails one keyword of its schema."""
    title = field.title
    match keyword, schema.get("format"), field.form:
        case "format", "credit-code", _:
            return _credit_code(title, text)
        case "format", "resident-id", _:
            return _resident_id(title, text)
        case "format", "date", _:
            return _day(title, text)
        case "format", "month", _:
            return (IssueCode.BAD_DATE, f"{title}不是年月：请写成 2026-01 这样的格式。")
        case "maxLength", _, _:
            most = schema["maxLength"]
            return (
                IssueCode.TOO_LONG,
                f"{title}有 {len(text)} 个字，最多 {most} 个字：请精简后重新填写。",
            )
        case (("enum" | "const"), _, "region"):
            return (
                IssueCode.BAD_REGION,
                f"{title}不是宁波市（330200）或所辖区（县、市）的代码：请填写 6 位地方编码，或留空。",
            )
        case (("enum" | "const" | "items"), _, _):
            return _not_listed(keyword, schema, title, text)
        case "pattern", _, "amount":
            return _amount(title, schema, text)
        case "pattern", _, ("identity" | "code" | "credit-code"):
            return _damaged(title, text)
    return (IssueCode.NOT_LISTED, f"{title}的内容不符合要求：请按目录项的说明填写。")


def required(field: Field) -> str:
    return f"{field.title}不能为空：请填写。"


def required_when(when: str, field: Field) -> str:
    return f"{when}时，{field.title}不能为空：请填写。"


def one_of_required_when(when: str, fields: Sequence[Field]) -> str:
    titles = "和".join(field.title for field in fields)
    return f"{when}时，{titles}至少填写一项。"


def condition(schema: Mapping[str, Any], fields: Mapping[str, Field]) -> str:
    """Say an `if` in words: “行政相对人类别”为“自然人”."""
    told = []
    for name, part in schema.get("properties", {}).items():
        options = [part["const"]] if "const" in part else part.get("enum", [])
        words = "或".join(f"“{option}”" for option in options)
        told.append(f"{fields[name].title}为{words}")
    return "、".join(told)


def bad_character(title: str, text: str, place: int) -> str:
    point = ord(text[place])
    kind = "不能识别的字符（乱码）" if text[place] == "\ufffd" else "看不见的控制字符"
    return f"{title}的第 {place + 1} 个字是{kind}（U+{point:04X}）：请删去后重新填写。"


def _credit_code(title: str, text: str) -> Finding:
    if "*" in text:
        return (
            IssueCode.MASKED_CODE,
            f"{title}中有 *，是脱敏后的代码：请填写完整的 18 位代码。",
        )
    if _SCIENTIFIC.fullmatch(text):
        return (
            IssueCode.EXCEL_DAMAGE,
            f"{title}被 Excel 改成了科学计数法：{_AS_TEXT}。",
        )
    if len(text) != _CODE_LENGTH:
        return (
            IssueCode.BAD_CREDIT_CODE,
            f"{title}应为 18 位，现在是 {len(text)} 位：请核对证照。",
        )
    place = first_bad_place(text)
    if place is not None:
        return (
            IssueCode.BAD_CREDIT_CODE,
            f"{title}第 {place} 位的“{text[place - 1]}”不会出现在统一社会信用代码中"
            "（没有字母 I、O、S、V、Z）：请核对证照。",
        )
    if text[0] == "0":
        return (IssueCode.BAD_CREDIT_CODE, f"{title}的第 1 位不能是 0：请核对证照。")
    right = credit_code_check_character(text[:17])
    if organisation_code_check_character(text[8:16]) != text[16]:
        return (
            IssueCode.BAD_CREDIT_CODE,
            f"{title}校验不符，错误可能在第 9 至 17 位：统一社会信用代码的校验位应为 {right}，"
            "请核对证照。",
        )
    return (
        IssueCode.BAD_CREDIT_CODE,
        f"{title}校验不符，错误可能在前 8 位或末位：统一社会信用代码的校验位应为 {right}，"
        "请核对证照。",
    )


def _resident_id(title: str, text: str) -> Finding:
    if "*" in text:
        return (IssueCode.MASKED_CODE, f"{title}中有 *，是脱敏后的号码：请填写完整的号码。")
    if _SCIENTIFIC.fullmatch(text):
        return (IssueCode.EXCEL_DAMAGE, f"{title}被 Excel 改成了科学计数法：{_AS_TEXT}。")
    if len(text) == _CODE_LENGTH and text.isdigit() and text.endswith("000"):
        return (
            IssueCode.EXCEL_DAMAGE,
            f"{title}的后三位被 Excel 改成了 000：{_AS_TEXT}。",
        )
    if len(text) != _CODE_LENGTH:
        return (
            IssueCode.BAD_RESIDENT_ID,
            f"{title}应为 18 位身份证号码，现在是 {len(text)} 位：请核对证件；"
            "如果不是身份证，请填写相应的证件类型。",
        )
    return (
        IssueCode.BAD_RESIDENT_ID,
        f"{title}不是有效的身份证号码（出生日期或校验位不符）：请核对证件；"
        "如果不是身份证，请填写相应的证件类型。",
    )


def _day(title: str, text: str) -> Finding:
    if _SERIAL_DAY.fullmatch(text):
        return (
            IssueCode.EXCEL_DAMAGE,
            f"{title}被 Excel 改成了数字：请把该列设为“日期”格式后重新保存。",
        )
    return (
        IssueCode.BAD_DATE,
        f"{title}不是有效的日期：请写成 2026-01-05 这样的格式。",
    )


def _not_listed(keyword: str, schema: Mapping[str, Any], title: str, text: str) -> Finding:
    options = schema["items"]["enum"] if keyword == "items" else schema.get("enum", ())
    more = " 等" if len(options) > _SHOWN_OPTIONS else ""
    listed = "；".join(options[:_SHOWN_OPTIONS]) + more
    if keyword == "items":
        bad = "、".join(f"“{part}”" for part in text.split(";") if part not in options)
        return (
            IssueCode.NOT_LISTED,
            f"{title}中的{bad[:_SHOWN_TEXT]}不在可选范围内：可填 {listed}（多项用分号分隔）。",
        )
    return (IssueCode.NOT_LISTED, f"{title}不在可选范围内：可填 {listed}。")


def _amount(title: str, schema: Mapping[str, Any], text: str) -> Finding:
    if text.startswith("-"):
        return (IssueCode.NEGATIVE, f"{title}不能小于 0：请核对。")
    if _PLAIN_NUMBER.fullmatch(text) is None:
        return (
            IssueCode.BAD_NUMBER,
            f"{title}不是数字：请只填数字，单位为{schema.get('x-unit', '元')}。",
        )
    most = schema["x-decimals"]
    if len(text.partition(".")[2]) > most:
        return (IssueCode.TOO_PRECISE, f"{title}最多 {most} 位小数：请核对。")
    return (IssueCode.BAD_NUMBER, f"{title}的整数部分最多 12 位：请核对金额和单位。")


def _damaged(title: str, text: str) -> Finding:
    if "*" in text:
        return (IssueCode.MASKED_CODE, f"{title}中有 *，是脱敏后的号码：请填写完整的号码。")
    return (IssueCode.EXCEL_DAMAGE, f"{title}被 Excel 改成了科学计数法：{_AS_TEXT}。")


def shown(text: str, field: Field) -> str:
    """Return a value as an issue may show it."""
    if field.sensitivity is Sensitivity.PERSONAL:
        return masked(text[:_SHOWN_TEXT])
    return text if len(text) <= _SHOWN_TEXT else f"{text[:_SHOWN_TEXT]}…"
