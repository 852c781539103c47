"""Items of the shipped catalogue, rows that are right, and files made of them."""

import csv
import io
import json
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

from nbcredit.cleaning.engine import open_file
from nbcredit.domain.catalogue import Item
from nbcredit.domain.identifiers import credit_code_check_character, resident_id_check_character
from nbcredit.domain.rows import CleanedRow

CATALOGUE: Final = Path(__file__).parents[1] / "schemas" / "catalogue"
# The items whose rows are written out below; those of the others come from their examples.
ITEMS: Final = ("administrative-penalty", "legal-registration", "social-insurance-arrears")
SHIPPED: Final = tuple(sorted(path.stem for path in (CATALOGUE / "2026-1").glob("*.json")))
TODAY: Final = date(2026, 11, 23)  # Monday


def a_credit_code(first17: str = "91330200MA0000000") -> str:
    return first17 + credit_code_check_character(first17)


def a_resident_id(first17: str = "33029919900101001") -> str:
    return first17 + resident_id_check_character(first17)


CREDIT_CODE: Final = a_credit_code()
AUTHORITY: Final = a_credit_code("11330200002942000")
RESIDENT: Final = a_resident_id()

PENALTY: Final[Mapping[str, str]] = {
    "行政相对人名称": "宁波某某贸易有限公司",
    "行政相对人类别": "法人及非法人组织",
    "统一社会信用代码": CREDIT_CODE,
    "证件类型": "",
    "证件号码": "",
    "行政处罚决定书文号": "甬市监处罚〔2026〕12号",
    "违法行为类型": "违反广告管理规定",
    "违法事实": "发布虚假广告，误导消费者。",
    "处罚依据": "《中华人民共和国广告法》第五十五条",
    "处罚类别": "罚款",
    "处罚内容": "罚款2000元",
    "罚款金额（万元）": "0.2",
    "没收金额（万元）": "",
    "处罚决定日期": "2026-10-12",
    "处罚有效期": "",
    "公示截止期": "2027-10-12",
    "处罚机关": "宁波市市场监督管理局",
    "处罚机关统一社会信用代码": AUTHORITY,
    "数据来源单位": "宁波市市场监督管理局",
    "数据来源单位统一社会信用代码": AUTHORITY,
    "地方编码": "330206",
}
PERSON: Final[Mapping[str, str]] = {
    "行政相对人名称": "张三",
    "行政相对人类别": "自然人",
    "统一社会信用代码": "",
    "证件类型": "身份证",
    "证件号码": RESIDENT,
}
REGISTRATION: Final[Mapping[str, str]] = {
    "统一社会信用代码": CREDIT_CODE,
    "企业名称": "宁波某某贸易有限公司",
    "企业类型": "有限责任公司（自然人投资或控股）",
    "登记状态": "存续",
    "登记机关": "宁波市市场监督管理局",
    "成立日期": "2019-07-31",
    "核准日期": "2024-03-01",
}
ARREARS: Final[Mapping[str, str]] = {
    "姓名": "张三",
    "证件类型": "身份证",
    "证件号码": RESIDENT,
    "险种": "基本养老保险",
    "欠费起始年月": "2026-01",
    "欠费截止年月": "2026-06",
    "欠缴金额（元）": "3210.50",
    "认定日期": "2026-07-15",
    "认定机关": "宁波市人力资源和社会保障局",
    "认定机关统一社会信用代码": AUTHORITY,
}


@cache
def a_schema(code: str) -> Mapping[str, Any]:
    text = (CATALOGUE / "2026-1" / f"{code}.json").read_text(encoding="utf-8")
    schema: Mapping[str, Any] = json.loads(text)
    return schema


@cache
def an_item(code: str) -> Item:
    return Item.from_schema(a_schema(code), version="2026-1")


@cache
def an_example(code: str) -> Mapping[str, str]:
    """Return the row that the first examples of an item's fields make, by title."""
    row = {}
    for field in an_item(code).fields.values():
        first = field.schema["examples"][0]
        row[field.title] = first if isinstance(first, str) else "；".join(first)
    return row


GOOD_ROWS: Final[Mapping[str, Mapping[str, str]]] = {
    **{code: an_example(code) for code in SHIPPED},
    **dict(zip(ITEMS, (PENALTY, REGISTRATION, ARREARS), strict=True)),
}


def csv_text(rows: Iterable[Mapping[str, str]]) -> str:
    """Spell rows as CSV under every header that one of them has."""
    rows = list(rows)
    headers = list(dict.fromkeys(header for row in rows for header in row))
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow(headers)
    lines.writerows([row.get(header, "") for header in headers] for row in rows)
    return text.getvalue()


def cleaned_text(code: str, text: str, **options: Any) -> list[CleanedRow]:
    blocks = [text.encode("utf-8")]
    return list(open_file(blocks, encoding="utf-8", item=an_item(code), today=TODAY, **options))


def cleaned(code: str, *rows: Mapping[str, str]) -> list[CleanedRow]:
    return cleaned_text(code, csv_text(rows))


def codes_of(row: CleanedRow) -> list[str]:
    return [issue.code.value for issue in row.issues]
