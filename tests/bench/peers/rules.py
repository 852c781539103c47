"""What the catalogue asks of the workload and what the engine cleans, spelled out for the peers."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from tests.bench.workload import COLUMNS
from tests.cleaning_builders import TODAY as _TODAY

TODAY: Final[date] = _TODAY
NAMES: Final = COLUMNS
CODES: Final = ("credit_code", "authority_code", "source_code")
OPTIONAL: Final = frozenset({"credit_code", "fine_amount", "publication_until"})
# Names and numbers may be wrapped over lines, which texts may have.
LINES: Final[Mapping[str, int]] = {
    "party_name": 200,
    "decision_number": 128,
    "authority_name": 200,
    "source_name": 200,
}
TEXTS: Final[Mapping[str, int]] = {
    "violation_type": 4000,
    "facts": 4000,
    "legal_basis": 4000,
    "penalty_content": 4000,
}
LENGTHS: Final[Mapping[str, int]] = {**LINES, **TEXTS}
KEY: Final = ("credit_code", "decision_number", "authority_code")

OUTER: Final = " \t\r\n\xa0\u3000\u1680\u202f\u205f\u2028\u2029" + "".join(
    map(chr, range(0x2000, 0x200B))
)
INVISIBLE: Final = "[\xad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
LINE_ENDS: Final = "\r\n|\r|\u2028|\u2029"
BAD_CHARACTER: Final = "[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffd-\uffff]"
EXCEL_ERRORS: Final = frozenset(
    {
        "#REF!",
        "#VALUE!",
        "#NAME?",
        "#DIV/0!",
        "#NUM!",
        "#NULL!",
        "#SPILL!",
        "#CALC!",
        "#GETTING_DATA",
    }
)
# What stands for nothing in every column, and what may be the content of a required text.
HARD_NULLS: Final = frozenset({"\\N", "\\n", "NULL", "null", "Null", "N/A", "#N/A", "nan", "NaN"})
NULLS: Final = HARD_NULLS | {"暂无", "无", "/", "-", "－", "—", "——", "--", "／", "空值"}
DASHES: Final = "‐‑‒–—―−﹣"
# Brackets that are written for one another, after NFKC.
OPENING: Final = "〔【〈《[{"
CLOSING: Final = "〕】〉》]}"

# A natural person must show a document, for which the workload has no column.
PARTY_KINDS: Final = ("法人及非法人组织", "个体工商户")
PENALTY_KINDS: Final = (
    "警告",
    "罚款",
    "没收违法所得、没收非法财物",
    "责令停产停业",
    "暂扣或者吊销许可证、暂扣或者吊销执照",
    "行政拘留",
    "其他",
)

DATE_FORMATS: Final = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y年%m月%d")
COMPACT_DATE: Final = "%Y%m%d"
# A time of day may follow, which is dropped.
TIME_FORMATS: Final = (" %H:%M", " %H:%M:%S", " %H:%M:%S.%f", "T%H:%M", "T%H:%M:%S", "T%H:%M:%S.%f")
TIME: Final = r"[T ]\s*[0-9]{1,2}:[0-9]{1,2}(:[0-9]{1,2}(\.[0-9]+)?)?(\+08:?00)?$"
# By Excel's numbers of days, from 1950 to 2099.
DAY_ZERO: Final = date(1899, 12, 30)
FIRST_SERIAL: Final = (date(1950, 1, 1) - DAY_ZERO).days
LAST_SERIAL: Final = (date(2099, 12, 31) - DAY_ZERO).days
LONG_TERM: Final = frozenset(
    {"长期", "长期有效", "永久", "永久有效", "无限期", "无固定期限", "无期限"}
)
NO_TERM: Final = frozenset({"无处罚期限", "不适用"})
# Published for ever: what the standard writes, and what is stored.
FOR_EVER: Final = date(2099, 12, 31)
OPEN_ENDED: Final = date(9999, 12, 31)

NUMBER: Final = r"^[¥$]?-?([0-9]{1,3}(,[0-9]{3})+|[0-9]+|[0-9]*\.[0-9]+)(\.[0-9]*)?$"
MOST_DECIMALS: Final = 6
MOST_DIGITS: Final = 12
# A fine told in 元, or in 万元, by the content of the penalty.
FINE: Final = r"罚款[^0-9；;。，,]{0,16}([0-9][0-9,]*(?:\.[0-9]+)?)\s*(万?)元"
TEN_THOUSAND: Final = 10_000

# GB 32100-2015.
ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS: Final = (*(pow(3, place, 31) for place in range(17)), 1)
CODE_LENGTH: Final = len(WEIGHTS)
SCIENTIFIC: Final = r"^[0-9](\.[0-9]+)?E\+[0-9]+$"
# Letters that are taken for digits; no credit code has them.
TAKEN_FOR: Final[Mapping[str, str]] = {"O": "0", "I": "1", "Z": "2", "S": "5"}
